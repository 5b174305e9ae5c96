package dev.mapwright.linux.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.linux.maps.MapsComparison;
import dev.mapwright.linux.testing.TestMachine;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordingsTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sqlite",
        "python",
        "java-g1",
        "java-zgc",
        "python-threads",
        "all-options",
        "terminal",
        "node",
        "bash",
        "gcc",
        "fork",
        "fork-unrecorded",
        "stack",
        "threads",
        "stress-5k",
        "random-calls-1",
        "random-calls-2",
        "locks-and-seals",
        "exec-gain"
      })
  void the_engine_answers_every_call_of_a_real_program_as_the_kernel_did(String name)
      throws IOException {
    try (SimulatedMachine machine = TestMachine.create()) {
      ReplayReport report = Replay.of(folder(name)).run(machine);
      assertThat(report.divergences()).isEmpty();
      assertThat(report.divergenceCount()).isZero();
      assertThat(comparison(report).differences()).isEmpty();
      assertThat(comparison(report).matching())
          .isEqualTo(comparison(report).expectedRanges())
          .isGreaterThan(10);
      assertThat(report.access().wrong()).isEmpty();
      assertThat(report.access().untried()).isZero();
      assertThat(report.access().accesses()).isGreaterThan(100);
      assertThat(report.violations()).isEmpty();
      assertThat(report.partial()).isFalse();
      assertThat(report.agrees()).isTrue();
      assertThat(machine.census().leaks()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"sqlite, 0", "stress-5k, 830", "random-calls-1, 1800"})
  void refusals_are_computed_and_not_copied(String name, int atLeast) throws IOException {
    assertThat(run(name).refusals()).isGreaterThanOrEqualTo(atLeast);
  }

  @Test
  void next_to_nothing_has_to_be_taken_on_trust() throws IOException {
    assertThat(run("stress-5k").unverifiable()).isZero();
    assertThat(run("threads").unverifiable()).isZero();
    assertThat(run("random-calls-1").unverifiable()).isLessThan(10);
  }

  @Test
  void threads_only_agree_because_overlapping_calls_are_reordered() throws IOException {
    ReplayReport report = run("threads");
    assertThat(report.reordered()).isPositive();
    assertThat(report.threads()).isEqualTo(5);
    assertThat(report.processes()).isEqualTo(1);
  }

  @Test
  void another_programs_maps_do_not_match() throws IOException {
    try (SimulatedMachine machine = TestMachine.create()) {
      ReplayReport report =
          Replay.of(folder("sqlite")).expected(folder("python").resolve("final.maps")).run(machine);
      assertThat(report.agrees()).isFalse();
      assertThat(comparison(report).differing()).isGreaterThan(100);
      assertThat(comparison(report).differences()).hasSize(10);
    }
  }

  @Test
  void without_initial_maps_only_what_calls_have_shown_is_compared() throws IOException {
    try (SimulatedMachine machine = TestMachine.create()) {
      ReplayReport report =
          Replay.of(folder("sqlite").resolve("calls.strace.gz"))
              .expected(folder("sqlite").resolve("final.maps"))
              .run(machine);
      assertThat(report.partial()).isTrue();
      assertThat(report.divergences()).isEmpty();
      assertThat(report.unverifiable()).isZero();
    }
  }

  @Test
  void a_program_that_another_one_began_is_compared_as_far_as_it_is_known() throws IOException {
    ReplayReport report = run("exec");
    assertThat(report.partial()).isTrue();
    assertThat(report.divergences()).isEmpty();
    assertThat(comparison(report).differences()).isEmpty();
    assertThat(comparison(report).matching()).isGreaterThan(30);
  }

  @Test
  void files_that_the_recording_does_not_name_are_known_by_their_place() throws IOException {
    Path calls = folder.resolve("unnamed");
    try (var in =
        new GZIPInputStream(Files.newInputStream(folder("sqlite").resolve("calls.strace.gz")))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(calls, text.replaceAll("(, \\d+)<[^>]*>,", "$1,"));
    }
    try (SimulatedMachine machine = TestMachine.create()) {
      ReplayReport report =
          Replay.of(calls)
              .initial(folder("sqlite").resolve("initial.maps"))
              .expected(folder("sqlite").resolve("final.maps"))
              .run(machine);
      assertThat(report.agrees()).isTrue();
      assertThat(comparison(report).matching()).isEqualTo(47);
    }
  }

  @Test
  void a_child_that_ran_another_program_can_be_chosen() throws IOException {
    try (SimulatedMachine machine = TestMachine.create()) {
      ReplayReport report = Replay.of(folder("gcc")).pid(32627).run(machine);
      assertThat(report.pid()).isEqualTo(32627);
      assertThat(report.comparison()).isNull(); // final.maps is the first process's
    }
    try (SimulatedMachine machine = TestMachine.create()) {
      Path expected = folder("gcc").resolve("final.maps");
      ReplayReport report = Replay.of(folder("gcc")).pid(32627).expected(expected).run(machine);
      assertThat(comparison(report).equal()).isFalse();
    }
  }

  @Test
  void the_space_can_be_kept_to_be_looked_at() throws IOException {
    try (SimulatedMachine machine = TestMachine.create()) {
      try (FinishedReplay finished = Replay.of(folder("sqlite")).runAndKeep(machine)) {
        assertThat(finished.report().agrees()).isTrue();
        assertThat(finished.space().ranges()).hasSizeGreaterThan(40);
      }
      assertThat(machine.census().leaks()).isEmpty();
    }
  }

  private static ReplayReport run(String name) throws IOException {
    try (SimulatedMachine machine = TestMachine.create()) {
      return Replay.of(folder(name)).run(machine);
    }
  }

  private static Path folder(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(RecordingsTest.class.getResource("/recordings/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static MapsComparison comparison(ReplayReport report) {
    return Objects.requireNonNull(report.comparison());
  }
}
