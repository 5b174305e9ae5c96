package dev.mapwright.proof.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * QEMU's {@code intel-iommu} says the same as our IOMMU: over random tables, changes, commands and
 * accesses, what moves and what is recorded as a fault agree. Which QEMU is asked says {@link
 * QemuCommand}. It refuses to translate 57 bits, so tables of five levels are not compared.
 */
@Timeout(600)
class QemuOracleTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));

  /** Each is so many of a mode's share of 48 scenarios. */
  private static final int ROUNDS = LONG ? 25 : 1;

  private static final int ACCESSES = 45;
  private static final int LEAST_CASES = 2000;

  @Test
  void the_same_bytes_move_and_the_same_faults_are_recorded() throws IOException {
    List<String> command = QemuCommand.find();
    Map<String, Integer> counts = new TreeMap<>();
    Map<OracleRun.Group, Integer> cases = new EnumMap<>(OracleRun.Group.class);
    for (OracleRun.Mode mode : OracleRun.Mode.values()) {
      try (Qemu qemu = Qemu.start(command, mode.options)) {
        for (int seed = 1; seed <= ROUNDS * mode.share; seed++) {
          OracleRun run = new OracleRun(qemu, mode, seed);
          try {
            run.run(ACCESSES);
          } catch (AssertionError difference) {
            throw new AssertionError("seed " + seed + " of " + mode, difference);
          }
          run.counts.forEach((what, times) -> counts.merge(what, times, Integer::sum));
          cases.merge(mode.group, run.cases, Integer::sum);
        }
      }
    }
    int all = cases.values().stream().mapToInt(Integer::intValue).sum();
    assertThat(all).isGreaterThanOrEqualTo(LEAST_CASES);
    for (OracleRun.Group group : OracleRun.Group.values()) {
      assertThat(cases.get(group)).as("cases of %s of %s", group, all).isGreaterThan(all / 5);
    }
    assertThat(counts).containsKeys("read", "written", "entry changed");
    staleEntriesWereUsed(counts);
    int compared =
        counts.entrySet().stream()
            .filter(entry -> entry.getKey().matches("read|written|refused [0-9]+"))
            .mapToInt(Map.Entry::getValue)
            .sum();
    assertThat(compared).isGreaterThan(9 * all / 10);
    assertThat(counts.keySet().stream().filter(what -> what.matches("refused [0-9]+")))
        .hasSizeGreaterThan(4);
  }

  /** Before each kind of command, and after it unless it concerns what is stale. */
  private static void staleEntriesWereUsed(Map<String, Integer> counts) {
    for (OracleRun.Command command : OracleRun.Command.values()) {
      boolean concerned =
          switch (command) {
            case GLOBAL, DOMAIN, PAGES -> true;
            case CONTEXTS, CONTEXT, OTHER_DOMAIN, OTHER_PAGES, PAGES_OF_OTHER_DOMAIN -> false;
          };
      assertThat(counts).containsKeys(command.what, "stale before: " + command);
      assertThat(counts).containsKey((concerned ? "refused" : "stale") + " after: " + command);
      assertThat(counts)
          .doesNotContainKey("refused before: " + command)
          .doesNotContainKey((concerned ? "stale" : "refused") + " after: " + command);
    }
  }
}
