package dev.mapwright.proof.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What no file of the project says, whoever wrote it: it would be true on one day or one machine.
 */
class TrackedFilesTest {
  /** Folders that git does not keep, and recordings, which say what was recorded. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          ".git",
          "target",
          ".mapwright",
          ".idea",
          ".vscode",
          ".settings",
          "traces",
          "recordings",
          ".cifuzz-corpus",
          "build");

  private static final Set<String> READ =
      Set.of("java", "md", "xml", "sh", "txt", "c", "properties", "config", "options", "yml", "");

  /** Names for what is meant, and what must not stand anywhere. Spelt so that this file passes. */
  private static final TreeMap<String, Pattern> FORBIDDEN = new TreeMap<>();

  static {
    forbid(
        "work put off: do it, or say in CAVEATS.md what is missing",
        "\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    forbid("a folder of one machine", "(?<![\\w.])/(ho" + "me|Us" + "ers|ro" + "ot|wo" + "rk)/\\w");
    forbid("the number of a report", "(?i)\\b(iss" + "ue|tick" + "et|bug) ?#?\\d+|\\bgh-\\d+");
    forbid(
        "how a text came about",
        "(?i)\\b(this|last|previous|next) ses" + "sion\\b|\\b[Hh]elper age" + "nts?\\b");
  }

  private static void forbid(String what, String pattern) {
    FORBIDDEN.put(what, Pattern.compile(pattern));
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1);
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        Checkout.root(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return LEFT_OUT.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (READ.contains(ending(file)) && attributes.isRegularFile()) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static List<String> found(String name, String text) {
    List<String> found = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      for (var rule : FORBIDDEN.entrySet()) {
        if (rule.getValue().matcher(lines.get(i)).find()) {
          found.add("%s:%d: %s: %s".formatted(name, i + 1, rule.getKey(), lines.get(i).strip()));
        }
      }
    }
    return found;
  }

  @Test
  void no_file_says_what_holds_for_one_day_or_one_machine() throws IOException {
    List<String> found = new ArrayList<>();
    List<Path> files = files();
    for (Path file : files) {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      found.addAll(found(Checkout.root().relativize(file).toString(), text));
    }
    assertThat(files).hasSizeGreaterThan(300);
    assertThat(found).isEmpty();
  }

  @Test
  void each_rule_finds_what_it_forbids() {
    assertThat(found("a", "// TO" + "DO later")).hasSize(1);
    assertThat(found("a", "see /ho" + "me/me/notes")).hasSize(1);
    assertThat(found("a", "for iss" + "ue #12")).hasSize(1);
    assertThat(found("a", "as the last ses" + "sion found")).hasSize(1);
  }
}
