package dev.mapwright.published;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Builds what is published twice, side by side, in two folders and two time zones. One of the
 * builds installs, and projects that know nothing else of ours are built from that.
 */
class PublishedTest {
  private static final String VERSION = System.getProperty("mapwright.version", "0.1.0-SNAPSHOT");
  private static final Path OURS = MavenRun.REPOSITORY.resolve("dev", "mapwright");
  private static final String[] BUILD = {
    "-Dmaven.test.skip=true",
    "-Dspotless.check.skip=true",
    "-pl",
    String.join(",", Copy.MODULES),
    "-am"
  };

  @TempDir static Path folder;
  private static Path installed = Path.of("");
  private static Path again = Path.of("");

  @BeforeAll
  static void build() throws Exception {
    remove(OURS);
    Files.createDirectories(MavenRun.REPOSITORY);
    installed = Copy.make(Files.createDirectory(folder.resolve("a")));
    again = Copy.make(Files.createDirectories(folder.resolve("b/deeper")));
    try (MavenRun first =
            MavenRun.start(installed, "UTC", folder.resolve("a.log"), with("install"));
        MavenRun second =
            MavenRun.start(again, "Asia/Tokyo", folder.resolve("b.log"), with("verify"))) {
      first.succeed();
      second.succeed();
    }
  }

  private static String[] with(String goal) {
    return Stream.concat(Stream.of(BUILD), Stream.of(goal)).toArray(String[]::new);
  }

  private static void remove(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static Path artifact(String module, String ending) {
    String name = "mapwright-" + module;
    return OURS.resolve(name, VERSION, name + "-" + VERSION + ending);
  }

  @Test
  void each_module_is_installed_with_sources_documentation_and_a_bill_of_materials() {
    for (String module : Copy.MODULES) {
      for (String ending :
          List.of(".jar", ".pom", "-sources.jar", "-javadoc.jar", "-cyclonedx.json")) {
        assertThat(artifact(module, ending)).isNotEmptyFile();
      }
    }
    assertThat(OURS.resolve("mapwright-proof")).doesNotExist();
  }

  @Test
  void two_builds_have_the_same_bytes() throws IOException {
    List<String> different = new ArrayList<>();
    int compared = 0;
    for (String module : Copy.MODULES) {
      for (Path file : built(installed.resolve(module, "target"))) {
        Path other = again.resolve(installed.relativize(file));
        compared++;
        if (!Files.exists(other) || Files.mismatch(file, other) >= 0) {
          different.add(installed.relativize(file).toString());
        }
      }
    }
    assertThat(compared).isEqualTo(4 * Copy.MODULES.size());
    assertThat(different).isEmpty();
  }

  private static List<Path> built(Path target) throws IOException {
    List<Path> built = new ArrayList<>();
    for (Path place : List.of(target, target.resolve("beside"))) {
      try (Stream<Path> files = Files.list(place)) {
        files.filter(file -> file.toString().matches(".*\\.(jar|json)")).forEach(built::add);
      }
    }
    return built;
  }

  @Test
  void the_poms_say_what_Maven_Central_asks_for() throws Exception {
    Element parent = pom(OURS.resolve("mapwright", VERSION, "mapwright-" + VERSION + ".pom"));
    for (String field : List.of("name", "description", "url")) {
      assertThat(text(parent, field)).as(field).isNotBlank();
    }
    assertThat(text(parent, "licenses", "license", "name")).isEqualTo("Apache-2.0");
    assertThat(text(parent, "licenses", "license", "url")).startsWith("https://");
    assertThat(text(parent, "developers", "developer", "name")).isNotBlank();
    assertThat(text(parent, "scm", "connection")).startsWith("scm:git:");
    assertThat(text(parent, "scm", "url")).startsWith("https://");
    for (String module : Copy.MODULES) {
      Element pom = pom(artifact(module, ".pom"));
      assertThat(text(pom, "parent", "artifactId")).isEqualTo("mapwright");
      assertThat(text(pom, "name")).isNotBlank();
      assertThat(text(pom, "description")).isNotBlank();
    }
  }

  private static Element pom(Path file) throws Exception {
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(file.toFile())
        .getDocumentElement();
  }

  /**
   * The text of the element that is found by these names, one below the other; "" if there is none.
   */
  private static String text(Element from, String... names) {
    Node at = from;
    for (String name : names) {
      Node child = at.getFirstChild();
      while (child != null && !child.getNodeName().equals(name)) {
        child = child.getNextSibling();
      }
      if (child == null) {
        return "";
      }
      at = child;
    }
    return at.getTextContent().strip();
  }

  @Test
  void a_project_with_a_module_descriptor_builds_tests_and_runs() throws Exception {
    Path project = consumer("modular");
    String path = String.join(File.pathSeparator, classes(project), jar("core"), jar("sim"));
    assertThat(java("-p", path, "-m", "com.example.journal/com.example.journal.Journal"))
        .startsWith("512 entries, sum 131328")
        .contains("0x401000");
  }

  @Test
  void a_project_on_the_class_path_builds_tests_and_runs() throws Exception {
    Path project = consumer("classpath");
    String path =
        String.join(File.pathSeparator, classes(project), jar("core"), jar("sim"), jar("zircon"));
    assertThat(java("-cp", path, "com.example.mirror.Mirror"))
        .isEqualToIgnoringNewLines("stored 42, loaded 42");
  }

  /** Builds a project of examples/consumers, with its tests, outside of ours. */
  private static Path consumer(String name) throws Exception {
    Path project = folder.resolve(name);
    Copy.tree(Copy.ROOT.resolve("examples", "consumers", name), project);
    Path log = folder.resolve(name + ".log");
    try (MavenRun run =
        MavenRun.start(project, "UTC", log, "-Dmapwright.version=" + VERSION, "verify")) {
      run.succeed();
    }
    assertThat(Files.readString(log)).contains("Tests run: 2, Failures: 0");
    return project;
  }

  private static String classes(Path project) {
    return project.resolve("target", "classes").toString();
  }

  private static String jar(String module) {
    return artifact(module, ".jar").toString();
  }

  private static String java(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
