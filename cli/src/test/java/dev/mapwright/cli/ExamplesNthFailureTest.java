package dev.mapwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.cli.program.LoadedProgram;
import dev.mapwright.cli.program.SourceProgram;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.RefusedException;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.sim.MachineWatcher;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.zircon.MxException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every program in examples/ is run with the first acquisition of its machine failing, then the
 * second, until none is left to fail. It copes with each, or ends with a refusal that has a name;
 * the machine's invariants hold, and what it has cleaned up is free.
 */
class ExamplesNthFailureTest {
  private static final Path EXAMPLES = Session.ROOT.resolve("examples");
  private static final int MOST_ACQUISITIONS = 5000;

  private static final Pattern WITHOUT_MEMORY =
      Pattern.compile("(not (started|opened)|request \\d failed): .*there is no memory");

  /** One run of a program, with one acquisition of its machine failing. */
  private static final class Run implements MachineWatcher {
    private final long nth;
    private long freeAtFirst;
    private boolean refused;
    private boolean closed;
    private @Nullable Throwable thrown;
    private String printed = "";

    /** What is lost with the machine if nobody gives it back. */
    private List<String> leaks = List.of();

    Run(long nth) {
      this.nth = nth;
    }

    @Override
    public void made(SimulatedMachine machine) {
      freeAtFirst = machine.frames().free();
      machine.failures().failNthThroughout(nth);
    }

    @Override
    public void closing(SimulatedMachine machine) {
      refused = machine.failures().refusedThroughout() > 0;
      machine.failures().offThroughout();
      assertThat(Invariants.violations(machine)).isEmpty();
      leaks = machine.census().leaks();
      giveBack(machine);
      assertThat(Invariants.violations(machine)).isEmpty();
      assertThat(machine.census().leaks()).isEmpty();
      machine.frames().zeroFrame(); // made once at the latest now, and never given back
      assertThat(machine.frames().free()).isEqualTo(freeAtFirst - 1);
      closed = true;
    }

    /** Gives back what a program that has ended early still had. */
    private void giveBack(SimulatedMachine machine) {
      for (MemoryObject object : machine.census().living(MemoryObject.class)) {
        object.release();
      }
      Frames frames = machine.frames();
      List<Long> own = new ArrayList<>();
      frames.forEachAllocated((pfn, owner, tag) -> {
        if (owner == FrameOwner.POOL) {
          own.add(pfn);
        }
      });
      own.forEach(frames::free);
      if (!own.isEmpty()) {
        leaks = Stream.concat(leaks.stream(), Stream.of(own.size() + " frames")).toList();
      }
    }

    /** It went on, or ended with a refusal that has a name, and left nothing that was its own. */
    void check(boolean windowsDriver, boolean bug, String expected) {
      Throwable end = thrown;
      if (end == null) {
        assertThat(leaks).isEmpty();
        if (bug) {
          // It has the bug that it is meant to have, and no other.
          if (!WITHOUT_MEMORY.matcher(printed).find()) {
            // Or less of it: a quarantine gives its ranges back when memory is short.
            assertThat(withoutNumbers(expected)).startsWith(withoutNumbers(printed));
          }
        } else if (windowsDriver) {
          assertThat(printed).endsWith("left behind: []\n");
        }
      } else if (windowsDriver) {
        // Before there is a driver: the system, its processes, and the program with its buffer.
        assertThat(printed).isEmpty();
        assertThat(end).isInstanceOfAny(RefusedException.class, NtStatusException.class);
      } else {
        assertThat(end)
            .isInstanceOfAny(
                RefusedException.class,
                MemoryFault.class,
                MxException.class,
                IllegalStateException.class);
        // A result that can't be written, because the page of its pointer gets no frame, has
        // another
        // status than what has no memory itself.
        assertThat(end.getMessage())
            .containsPattern(
                "no .*(frame|handle|memory)|memory for|MX_ERR_NO_MEMORY|can not be written");
      }
    }
  }

  /** What an acquisition finds at the second try is elsewhere, so addresses may differ. */
  private static String withoutNumbers(String text) {
    return text.replaceAll("0x[0-9A-Fa-f]+|\\d+", "#");
  }

  @AfterEach
  void nobodyWatches() {
    SimulatedMachine.watchNewMachines(null);
  }

  private static Run run(SourceProgram program, long nth) {
    Run run = new Run(nth);
    LoadedProgram loaded = program.load();
    Method main = Objects.requireNonNull(loaded.mainMethod());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, false, StandardCharsets.UTF_8));
    SimulatedMachine.watchNewMachines(run);
    try {
      run.thrown = loaded.run(main);
    } finally {
      SimulatedMachine.watchNewMachines(null);
      System.out.flush();
      System.setOut(before);
    }
    run.printed = out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    assertThat(run.closed).isTrue();
    return run;
  }

  @ParameterizedTest
  @MethodSource("dev.mapwright.cli.ExamplesTest#names")
  void each_acquisition_fails_once_and_the_program_copes(String name) throws IOException {
    Path file = EXAMPLES.resolve(name + ".java");
    String source = Files.readString(file);
    PrintWriter complaints = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    SourceProgram program = Objects.requireNonNull(SourceProgram.compile(file, source, complaints));
    String expected = Files.readString(EXAMPLES.resolve("expected/" + name + ".txt"));
    boolean driver = source.contains("dev.mapwright.windows");
    for (long nth = 1; nth < MOST_ACQUISITIONS; nth++) {
      Run run = run(program, nth);
      run.check(driver, name.endsWith("Bug"), expected);
      if (!run.refused) {
        assertThat(run.thrown).isNull();
        assertThat(nth).isGreaterThan(5);
        assertThat(run.printed).isEqualTo(expected);
        return;
      }
    }
    throw new AssertionError(name + " still acquires after " + MOST_ACQUISITIONS + " runs");
  }
}
