package dev.mapwright.proof.house;

import java.nio.file.Files;
import java.nio.file.Path;

/** The checkout that the tests run in, whether Maven or an IDE started them. */
final class Checkout {
  private Checkout() {}

  static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("mapwright")) ? here : here.resolve("..").normalize();
  }

  /** A file by its name from the root. */
  static Path file(String name) {
    return root().resolve(name);
  }
}
