package dev.mapwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {
  @TempDir Path folder;

  private Session run(String name, String source, String... args) throws IOException {
    Path file = Files.writeString(folder.resolve(name), source);
    String[] line = new String[args.length + 2];
    line[0] = "run";
    line[1] = file.toString();
    System.arraycopy(args, 0, line, 2, args.length);
    return Session.of(line);
  }

  @Test
  void what_stands_behind_the_file_is_the_programs_even_if_it_looks_like_an_option()
      throws IOException {
    Session session =
        run(
            "A.java",
            "void main(String[] args) { IO.print(String.join(\"|\", args)); }",
            "--story",
            "-h",
            "x");
    assertThat(session).isEqualTo(new Session(Main.OK, "--story|-h|x", ""));
  }

  @Test
  void a_class_with_a_static_main_and_another_name_than_the_file_runs_too() throws IOException {
    String source =
        "class First { int x; }"
            + " public class Second { public static void main(String[] a) { IO.print(a.length); } }";
    assertThat(run("prog.java", source)).isEqualTo(new Session(Main.OK, "0", ""));
  }

  @Test
  void classes_of_other_files_in_the_folder_are_found() throws IOException {
    Files.writeString(
        folder.resolve("Helper.java"), "class Helper { static int six() { return 6; } }");
    assertThat(run("A.java", "void main() { IO.print(Helper.six()); }").out()).isEqualTo("6");
  }

  @Test
  void files_in_the_folder_are_the_programs_resources() throws IOException {
    Files.createDirectory(folder.resolve("rom"));
    Files.writeString(folder.resolve("rom/boot.txt"), "firmware");
    String source =
        """
        void main() throws Exception {
          try (var file = getClass().getResourceAsStream("rom/boot.txt")) {
            IO.print(new String(file.readAllBytes()));
          }
          IO.print(" " + getClass().getResource("rom") + " " + getClass().getResource("none"));
        }
        """;
    assertThat(run("A.java", source)).isEqualTo(new Session(Main.OK, "firmware null null", ""));
  }

  @Test
  void one_line_imports_the_machine_and_the_engine() throws IOException {
    String source =
        """
        import module dev.mapwright.sim;
        void main() {
          try (Machine machine = SimulatedMachine.create(1 << 20)) {
            IO.print(MemoryObject.paged(machine, 0).outcome());
          }
        }
        """;
    assertThat(run("A.java", source)).isEqualTo(new Session(Main.OK, "OK", ""));
  }

  @Test
  void what_no_module_exports_is_refused_and_the_compiler_says_so() throws IOException {
    Session session =
        run("A.java", "import dev.mapwright.core.engine.EngineSpace;\nvoid main() {}\n");
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err())
        .contains("A.java:1: error: package dev.mapwright.core.engine is not visible\n")
        .contains("declared in module dev.mapwright.core, which does not export it)\n")
        .endsWith("A.java does not compile; the compiler's messages are above\n");
  }

  @Test
  void a_program_beside_a_descriptor_is_of_that_module_and_reads_what_it_requires()
      throws IOException {
    Path descriptor = folder.resolve("module-info.java");
    String source =
        """
        package a;
        public class A {
          public static void main(String[] args) {
            System.out.print(dev.mapwright.core.Pages.BYTES);
          }
        }
        """;
    Files.writeString(descriptor, "module m { requires dev.mapwright.sim; }");
    assertThat(run("A.java", source)).isEqualTo(new Session(Main.OK, "4096", ""));
    Files.writeString(descriptor, "module m {}");
    assertThat(run("A.java", source).err())
        .contains("declared in module dev.mapwright.core, but module m does not read it");
  }

  @Test
  void an_exception_shows_the_programs_own_frames_only() throws IOException {
    Session session = run("A.java", "void main() {\n  throw new RuntimeException(\"boom\");\n}\n");
    assertThat(session.code()).isEqualTo(1);
    assertThat(session.err())
        .isEqualTo(
            """
            Exception in thread "main" java.lang.RuntimeException: boom
            \tat A.main(A.java:2)
            """);
  }

  @Test
  void a_mistake_is_shown_as_the_compiler_shows_it() throws IOException {
    Session session = run("A.java", "void main() {\n  int x = \"a\";\n}\n");
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err())
        .contains("A.java:2: error: incompatible types")
        .contains("does not compile")
        .doesNotContain("\tat ");
  }

  @Test
  void a_program_without_main_is_refused() throws IOException {
    assertThat(run("A.java", "class A { private static void main() {} }").err())
        .contains("has no main method; expected 'void main() { ... }'");
  }

  @Test
  void what_is_no_source_is_refused_in_one_line() throws IOException {
    Path binary = Files.write(folder.resolve("B.java"), new byte[] {(byte) 0xC3, 0x28, 0});
    Session session = Session.of("run", binary.toString());
    assertThat(session.code()).isEqualTo(Main.USAGE);
    assertThat(session.err())
        .endsWith("is no text in UTF-8; expected a Java source file\n")
        .hasLineCount(1);
    assertThat(Session.of("run", folder.toString()).err()).contains("is a folder; expected a Java");
    assertThat(Session.of("run", "nowhere.java").err()).contains("there is no file nowhere.java");
    assertThat(Session.of("run").err()).contains("Missing required parameter: 'FILE.java'");
  }

  @Test
  void the_story_shows_the_line_and_what_it_caused() throws IOException {
    String source =
        """
        import dev.mapwright.core.memory.*;
        import dev.mapwright.sim.*;
        void main() {
          var machine = SimulatedMachine.create(1 << 20);
          MemoryObject.paged(machine, 1).get().release();
          machine.close();
        }
        """;
    Path file = Files.writeString(folder.resolve("S.java"), source, StandardCharsets.UTF_8);
    Session session = Session.of("run", "--story", file.toString());
    assertThat(session.err())
        .startsWith("   5 | MemoryObject.paged(machine, 1).get().release();\n     |   object ")
        .contains(": a new object, paged, 1 page\n")
        .contains(": nobody holds it any more: it is destroyed\n")
        .hasLineCount(3);
  }

  @Test
  void the_story_tells_why_a_call_was_refused() {
    Path regions = Session.ROOT.resolve("examples/Regions.java");
    assertThat(Session.of("run", "--story", regions.toString()).err())
        .containsPattern(
            "\\| attempt\\(\"to map code\", .*\\n.* mx_vmar_map refused: MX_ERR_ACCESS_DENIED, ");
  }

  @Test
  void the_story_tells_why_a_routine_of_windows_was_refused() {
    Path driver = Session.ROOT.resolve("examples/EduDriver.java");
    assertThat(Session.of("run", "--story", driver.toString()).err())
        .containsPattern(
            "\\| long cached = .*\\n.* windows: MmMapIoSpaceEx refused: NULL, a page outside RAM ");
  }

  @Test
  void a_story_tells_of_pages_that_an_access_commits_once_each() {
    Session session =
        Session.of("run", "--story", Session.ROOT.resolve("examples/RingBuffer.java").toString());
    assertThat(session.err())
        .contains("| cpu.store(ring + edge, 8, 0x1122334455667788L);\n")
        .containsOnlyOnce("     |   object 2: commit page 0\n")
        .containsOnlyOnce("     |   object 2: commit page 1\n");
    assertThat(session.out()).contains("pages committed: 2\n");
  }
}
