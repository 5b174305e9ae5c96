package dev.mapwright.proof.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * QEMU's {@code intel-iommu} says the same as our IOMMU: over random tables, changes, commands and
 * accesses, what moves and what is recorded as a fault agree. QEMU 10 or newer has to be there: as
 * {@code qemu-system-x86_64}, or as the system property {@code mapwright.qemu} names it. It refuses
 * to translate 57 bits, so tables of five levels are not compared.
 */
@Timeout(600)
class QemuOracleTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final int SCENARIOS = LONG ? 300 : 15;
  private static final int ACCESSES = 30;

  @ParameterizedTest
  @EnumSource
  void the_same_bytes_move_and_the_same_faults_are_recorded(OracleRun.Mode mode)
      throws IOException {
    List<String> command = Qemu.command();
    assumeTrue(command != null, "there is no QEMU 10 or newer here");
    Map<String, Integer> counts = new TreeMap<>();
    try (Qemu qemu = Qemu.start(Objects.requireNonNull(command), mode.options)) {
      for (int seed = 1; seed <= SCENARIOS; seed++) {
        OracleRun run = new OracleRun(qemu, mode, seed);
        try {
          run.run(ACCESSES);
        } catch (AssertionError difference) {
          throw new AssertionError("seed " + seed + " of " + mode, difference);
        }
        run.counts.forEach((what, times) -> counts.merge(what, times, Integer::sum));
      }
    }
    assertThat(counts)
        .containsKeys("read", "written", "entry changed", "contexts forgotten")
        .containsKeys("pages forgotten, global", "pages forgotten, of a domain")
        .containsKeys("pages forgotten, selective");
    long compared =
        counts.entrySet().stream()
            .filter(entry -> entry.getKey().matches("read|written|refused .*"))
            .mapToInt(Map.Entry::getValue)
            .sum();
    assertThat(compared).isGreaterThan(9L * SCENARIOS * ACCESSES / 10);
    assertThat(counts.keySet().stream().filter(what -> what.matches("refused [0-9]+")))
        .hasSizeGreaterThan(4);
  }
}
