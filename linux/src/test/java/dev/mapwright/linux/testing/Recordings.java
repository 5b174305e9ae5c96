package dev.mapwright.linux.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** The recordings among the tests' resources. */
public final class Recordings {

  private Recordings() {}

  /** The folder of a recording. */
  public static Path folder(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(Recordings.class.getResource("/recordings/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** The lines of its calls. */
  public static List<String> lines(String name) {
    Path calls = folder(name).resolve("calls.strace.gz");
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(calls))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
