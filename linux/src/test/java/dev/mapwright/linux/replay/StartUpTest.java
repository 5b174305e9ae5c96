package dev.mapwright.linux.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StartUpTest {
  /** Writes calls out where the engine and the kernel differ. */
  private static final String REPORTS = "CallText.class";

  @Test
  void no_class_of_a_replay_has_its_switches_made_at_run_time() throws Exception {
    Path classes =
        Path.of(Replay.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    for (String room : List.of("replay", "strace", "maps", "input")) {
      try (var files = Files.list(classes.resolve("dev/mapwright/linux").resolve(room))) {
        List<Path> all = files.filter(file -> file.toString().endsWith(".class")).toList();
        assertThat(all)
            .isNotEmpty()
            .filteredOn(file -> !file.endsWith(REPORTS))
            .noneMatch(StartUpTest::asksForSwitches);
      }
    }
  }

  /** Names of classes stand in a class file as they are. */
  private static boolean asksForSwitches(Path file) {
    try {
      String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      return bytes.contains("java/lang/runtime/SwitchBootstraps");
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }
}
