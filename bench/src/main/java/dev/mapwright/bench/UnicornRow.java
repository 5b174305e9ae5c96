package dev.mapwright.bench;

import com.github.unidbg.arm.backend.unicorn.Unicorn;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/** Rows A8 and B8: against Unicorn 2 behind JNI. */
final class UnicornRow {
  private static final int REGIONS = 1000;
  private static final long BASE = 0x1000_0000L;
  private static final long PAGE = 4096;
  private static final int ARM64 = 2;
  private static final int LITTLE_ENDIAN = 0;
  private static final int READ_WRITE = 3;

  private static final String NAME = "A8";
  private static final String WHAT = "unmap + map of 1 page, n=1,000";
  private static final String BASELINE = "Unicorn 2 mem_unmap + mem_map, JNI";
  private static final double TARGET = 1.0 / 5000;

  private UnicornRow() {}

  static Row measure(Plan plan) {
    String obstacle = loadLibrary();
    if (obstacle != null) {
      return Row.notMeasurable(NAME, WHAT, BASELINE, TARGET, obstacle);
    }
    Unicorn unicorn = new Unicorn(ARM64, LITTLE_ENDIAN);
    for (int i = 0; i < REGIONS; i++) {
      unicorn.mem_map(BASE + 2 * PAGE * i, PAGE, READ_WRITE);
    }
    IndexStream stream = new IndexStream(REGIONS);
    // Unicorn raises an exception when it refuses.
    Contender.Batch pairs =
        operations -> {
          for (int k = 0; k < operations; k++) {
            stream.state += IndexStream.STEP;
            long at = BASE + 2 * PAGE * IndexStream.below(stream.state, REGIONS);
            unicorn.mem_unmap(at, PAGE);
            unicorn.mem_map(at, PAGE, READ_WRITE);
          }
        };
    Places places = new Places(Places.Shape.DENSE, REGIONS);
    try (EnginePages engine = new EnginePages(places)) {
      Rounds rounds =
          Rounds.measure(
              List.of(new Contender("Unicorn", pairs), engine.contender("engine")),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0)));
      engine.verify();
      return Row.ratio(
          NAME,
          WHAT,
          BASELINE,
          TARGET,
          rounds.ratio(1, 0),
          Table.format("%,.0f ns against %,.0f ns", rounds.nanos(1), rounds.nanos(0)));
    } finally {
      unicorn.closeAll();
    }
  }

  /** Row B8: 8 bytes read at random places of one region, by the interfaces of both. */
  static Row reads(Plan plan) {
    String name = "B8";
    String what = "8 bytes read at random in 1 MiB";
    String baseline = "Unicorn 2 mem_read, JNI";
    double target = 1.0 / 25;
    String obstacle = loadLibrary();
    if (obstacle != null) {
      return Row.notMeasurable(name, what, baseline, target, obstacle);
    }
    Unicorn unicorn = new Unicorn(ARM64, LITTLE_ENDIAN);
    unicorn.mem_map(BASE, 1 << 20, READ_WRITE);
    IndexStream stream = new IndexStream(REGIONS);
    long[] sum = new long[1];
    Contender.Batch reads =
        operations -> {
          for (int k = 0; k < operations; k++) {
            stream.state += IndexStream.STEP;
            long at = BASE + 8L * IndexStream.below(stream.state, ScalarMemory.FEW_WORDS);
            sum[0] += unicorn.mem_read(at, 8)[0];
          }
        };
    try (ScalarMemory cpu = new FreshEngine().memory("CONCURRENT", false)) {
      Rounds rounds =
          Rounds.measure(
              List.of(new Contender("Unicorn", reads), new Contender("CPU", cpu::fewLoads)),
              plan.rounds(),
              plan.attempts(),
              run -> List.of(run.ratio(1, 0)));
      cpu.verify();
      if (sum[0] != 0) {
        throw new IllegalStateException("fresh memory is not zero");
      }
      return Row.ratio(
          name,
          what,
          baseline,
          target,
          rounds.ratio(1, 0),
          Table.format("%.2f ns against %.0f ns", rounds.nanos(1), rounds.nanos(0)));
    } finally {
      unicorn.closeAll();
    }
  }

  /**
   * Loads the peer's native library from its jar; its own loader would need five more libraries.
   *
   * @return why it can't be loaded, or null
   */
  private static @Nullable String loadLibrary() {
    String entryName = "natives/" + platform();
    try {
      Path jar = Path.of(Unicorn.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path copy = Files.createTempFile("mapwright-bench", ".lib");
      try (JarFile file = new JarFile(jar.toFile())) {
        ZipEntry entry = file.getEntry(entryName);
        if (entry == null) {
          return jar.getFileName() + " has no " + entryName;
        }
        try (InputStream in = file.getInputStream(entry)) {
          Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        System.load(copy.toString());
        return null;
      } finally {
        Files.deleteIfExists(copy);
      }
    } catch (IOException | URISyntaxException | UnsatisfiedLinkError refused) {
      return "unidbg-unicorn2's " + entryName + " could not be loaded: " + refused.getMessage();
    }
  }

  private static String platform() {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (system.contains("mac")) {
      return (arm ? "osx_arm64" : "osx_64") + "/libunicorn.dylib";
    }
    if (system.contains("windows")) {
      return "windows_64/unicorn.dll";
    }
    return (arm ? "linux_arm64" : "linux_64") + "/libunicorn.so";
  }
}
