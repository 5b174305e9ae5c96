package dev.mapwright.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What tests need that record programs. */
final class RecordingTools {
  private RecordingTools() {}

  /**
   * Why nothing can be recorded here, for tests to be skipped with; null if it can be. Where
   * everything has to be installed, missing tools are an error.
   */
  static @Nullable String obstacle() throws IOException, InterruptedException {
    for (String tool : new String[] {"strace", "gcc"}) {
      try {
        end(tool, "--version");
      } catch (IOException e) {
        if (System.getenv("CI") != null && System.getProperty("os.name").equals("Linux")) {
          throw new IOException(tool + " is missing, without which recording is not tested", e);
        }
        return tool + " is missing";
      }
    }
    return end("strace", "-o", "/dev/null", "true") == 0 ? null : "ptrace is refused here";
  }

  private static int end(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
