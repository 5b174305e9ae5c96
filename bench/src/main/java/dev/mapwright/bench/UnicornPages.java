package dev.mapwright.bench;

import com.github.unidbg.arm.backend.unicorn.Unicorn;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/** Unicorn 2 behind JNI, with n regions of one page: a peer. */
final class UnicornPages implements AutoCloseable {
  static final long BASE = 0x1000_0000L;
  private static final long PAGE = 4096;
  static final int ARM64 = 2;
  static final int LITTLE_ENDIAN = 0;
  static final int READ_WRITE = 3;
  private static final @Nullable String OBSTACLE = loadLibrary();

  private final Unicorn unicorn = new Unicorn(ARM64, LITTLE_ENDIAN);
  private final IndexStream stream;
  private final int n;

  /** Maps n pages; {@link #obstacle} was asked. */
  UnicornPages(int n) {
    this.n = n;
    stream = new IndexStream(n);
    for (int i = 0; i < n; i++) {
      unicorn.mem_map(BASE + 2 * PAGE * i, PAGE, READ_WRITE);
    }
  }

  /** Why it can't be measured, or null when it can. */
  static @Nullable String obstacle() {
    return OBSTACLE;
  }

  Contender contender() {
    return new Contender("Unicorn", this::pairs);
  }

  /** It raises an exception when it refuses. */
  private void pairs(int operations) {
    for (int k = 0; k < operations; k++) {
      stream.state += IndexStream.STEP;
      long at = BASE + 2 * PAGE * IndexStream.below(stream.state, n);
      unicorn.mem_unmap(at, PAGE);
      unicorn.mem_map(at, PAGE, READ_WRITE);
    }
  }

  @Override
  public void close() {
    unicorn.closeAll();
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
