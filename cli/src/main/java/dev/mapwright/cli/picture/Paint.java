package dev.mapwright.cli.picture;

import dev.mapwright.core.Permissions;

/** How permissions look: a colour each, and a shade each where there are no colours. */
enum Paint {
  /** No access. */
  NOTHING("no access", '·', "\033[90m", "#9aa3ad", "#eceff2"),
  /** Loads alone. */
  DATA("read", '░', "\033[34m", "#2f6db5", "#d9e8f8"),
  /** Stores alone, which an IOMMU can allow. */
  WRITE_ONLY("write", '▒', "\033[35m", "#7b4bb3", "#e6dbf5"),
  /** Loads and stores. */
  WRITABLE("read and write", '█', "\033[32m", "#2c8a4b", "#d5f0dd"),
  /** Fetches, without stores. */
  CODE("code", '▓', "\033[33m", "#b07a10", "#fbecc6"),
  /** Stores and fetches. */
  WRITABLE_CODE("writable code", '▚', "\033[31m", "#bf3a30", "#fadad6");

  /** What it means, for the legend. */
  final String meaning;

  /** A character of a bar. */
  final char shade;

  /** The escape sequence that begins the colour on a terminal. */
  final String escape;

  /** The colour of lines and text in SVG. */
  final String strong;

  /** The colour of areas in SVG. */
  final String soft;

  Paint(String meaning, char shade, String escape, String strong, String soft) {
    this.meaning = meaning;
    this.shade = shade;
    this.escape = escape;
    this.strong = strong;
    this.soft = soft;
  }

  static Paint of(int permissions) {
    boolean writes = (permissions & Permissions.WRITE) != 0;
    if ((permissions & Permissions.EXECUTE) != 0) {
      return writes ? WRITABLE_CODE : CODE;
    }
    boolean reads = (permissions & Permissions.READ) != 0;
    return writes ? reads ? WRITABLE : WRITE_ONLY : reads ? DATA : NOTHING;
  }
}
