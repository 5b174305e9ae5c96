package dev.mapwright.proof.iommu;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The command that runs a QEMU which is new enough: the one that the system property {@code
 * mapwright.qemu} names, or {@code qemu-system-x86_64}. Where there is none the tests are skipped;
 * but in continuous integration ({@code CI=true}) one is fetched, and that there is none is a
 * failure.
 */
final class QemuCommand {
  private static final Pattern VERSION = Pattern.compile("version (\\d{1,4})\\.");

  /** Older ones know neither the accelerator that the tests use nor first-stage tables. */
  private static final int FIRST_VERSION = 10;

  private QemuCommand() {}

  /** The command; the calling test is skipped, or fails, where there is none. */
  static List<String> find() {
    List<String> named =
        List.of(System.getProperty("mapwright.qemu", "qemu-system-x86_64").split(" ", -1));
    if (isNewEnough(run(named, "--version"))) {
      return named;
    }
    boolean integration = "true".equals(System.getenv("CI"));
    assumeTrue(
        integration,
        "there is no QEMU 10 or newer here: tools/fetch-qemu fetches one and prints the command for"
            + " -Dmapwright.qemu");
    Answer fetched = run(List.of(root().resolve("tools/fetch-qemu").toString()));
    List<String> command = List.of(fetched.out().strip());
    if (fetched.code() == 0 && isNewEnough(run(command, "--version"))) {
      return command;
    }
    throw new AssertionError(
        "CI=true asks for QEMU 10 or newer, there is none, and none could be fetched: "
            + fetched.err().strip());
  }

  private static boolean isNewEnough(Answer answer) {
    Matcher version = VERSION.matcher(answer.out());
    return answer.code() == 0
        && version.find()
        && Integer.parseInt(version.group(1)) >= FIRST_VERSION;
  }

  /** What a command printed, and how it ended; -1 when it could not be begun. */
  private record Answer(int code, String out, String err) {}

  private static Answer run(List<String> command, String... arguments) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(arguments));
    @Nullable Path errors = null;
    try {
      errors = Files.createTempFile("mapwright-qemu", ".err");
      Process process = new ProcessBuilder(all).redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(process.waitFor(), out, Files.readString(errors));
    } catch (IOException none) {
      return new Answer(-1, "", String.valueOf(none.getMessage()));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Answer(-1, "", "interrupted");
    } finally {
      delete(errors);
    }
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException kept) {
      // A file in the folder of temporary ones stays behind.
    }
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("mapwright")) ? here : here.resolve("..").normalize();
  }
}
