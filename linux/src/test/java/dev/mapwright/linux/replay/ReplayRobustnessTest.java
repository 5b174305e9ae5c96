package dev.mapwright.linux.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.event.EventLevel;
import dev.mapwright.linux.testing.Mutator;
import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayRobustnessTest {

  private static final String[] PROTECTIONS = {
    "PROT_NONE", "PROT_READ", "PROT_READ|PROT_WRITE", "PROT_READ|PROT_EXEC", "0x33"
  };

  @TempDir Path folder;

  @Test
  void whatever_happens_to_a_recording_it_is_replayed_or_refused() {
    Mutator mutator = new Mutator(4711);
    for (int i = 0; i < 400; i++) {
      ReplayFuzz.fuzzerTestOneInput(mutator.change(text(40, i).getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void calls_that_no_kernel_has_answered_like_this_are_divergences_and_nothing_worse()
      throws IOException {
    Path calls = Files.writeString(folder.resolve("calls"), text(4000, 5));
    try (SimulatedMachine machine = TestMachine.create()) {
      ReplayReport report = Replay.of(calls).run(machine);
      assertThat(report.divergenceCount()).isPositive();
      assertThat(report.violations()).isEmpty();
      assertThat(report.access().wrong()).isEmpty();
      assertThat(machine.census().leaks()).isEmpty();
    }
  }

  @Test
  void the_machine_keeps_events_again_after_a_replay() throws IOException {
    Path calls = Files.writeString(folder.resolve("calls"), text(40, 5));
    try (SimulatedMachine machine = TestMachine.create()) {
      Replay.of(calls).run(machine);
      assertThat(machine.events().level()).isEqualTo(EventLevel.RING);
      machine.events().listen(event -> {});
      Replay.of(calls).run(machine);
      assertThat(machine.events().level()).isEqualTo(EventLevel.FULL);
    }
  }

  @Test
  void children_without_end_are_refused_when_the_machine_is_full() throws IOException {
    StringBuilder text = new StringBuilder("1 mmap(0x10000000, 4096, PROT_NONE, ");
    text.append("MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0) = 0x10000000\n");
    for (int pid = 2; pid < 3000; pid++) {
      text.append("1 fork() = ").append(pid).append('\n');
    }
    Path calls = Files.writeString(folder.resolve("forks"), text);
    try (SimulatedMachine machine =
        SimulatedMachine.builder().ram(0, 1024).singleThreaded().build()) {
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(() -> Replay.of(calls).run(machine)))
          .hasMessageContaining("expected a recording that fits into the machine");
      assertThat(machine.census().leaks()).isEmpty();
    }
  }

  /**
   * Calls with random arguments and random answers, by a few threads that overlap, fork and begin
   * programs.
   */
  private static String text(int calls, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < calls; i++) {
      int pid = 1 + random.nextInt(3);
      String address = "0x1000" + random.nextInt(10) + "000";
      String length = String.valueOf(4096L * (1 + random.nextInt(5)) + random.nextInt(2));
      String protection = PROTECTIONS[random.nextInt(PROTECTIONS.length)];
      String answer = random.nextInt(3) == 0 ? "-1 ENOMEM (Cannot allocate memory)" : "0";
      String place = random.nextInt(4) == 0 ? answer : address;
      String call =
          switch (random.nextInt(12)) {
            case 0 -> "munmap(" + address + ", " + length + ") = " + answer;
            case 1 -> "mprotect(" + address + ", " + length + ", " + protection + ") = " + answer;
            case 2 -> "mremap(" + address + ", " + length + ", 8192, MREMAP_MAYMOVE) = " + place;
            case 3 -> "brk(" + address + ") = " + address;
            case 4 -> "madvise(" + address + ", " + length + ", MADV_DONTNEED) = " + answer;
            case 5 -> "fork() = " + (1 + random.nextInt(5));
            case 6 -> "execve(\"/bin/x\", [\"x\"], 0x7 /* 1 var */) = " + answer;
            case 7 -> "shmat(1, NULL, 0) = " + place;
            case 8 -> "shmdt(" + address + ") = " + answer;
            default -> {
              String flags = random.nextBoolean() ? "|MAP_FIXED" : "";
              String file = random.nextBoolean() ? "|MAP_ANONYMOUS, -1, 0" : ", 3</x>, 0x2000";
              String type = random.nextBoolean() ? "MAP_SHARED" : "MAP_PRIVATE";
              String start = "mmap(" + address + ", " + length + ", " + protection + ", " + type;
              yield start + flags + file + ") = " + place;
            }
          };
      int overlap = call.indexOf(')');
      if (random.nextInt(4) == 0 && !call.startsWith("exec") && !call.startsWith("fork")) {
        String name = call.substring(0, call.indexOf('('));
        text.append(pid).append(' ').append(call, 0, overlap).append(" <unfinished ...>\n");
        text.append(9).append(" munmap(").append(address).append(", 4096) = 0\n");
        text.append(pid).append(" <... ").append(name).append(" resumed>");
        text.append(call.substring(overlap)).append('\n');
      } else {
        text.append(pid).append(' ').append(call).append('\n');
      }
    }
    return text.toString();
  }
}
