package dev.mapwright.bench;

/** The smallest program: what starting the JVM costs at least. */
public final class Hello {
  private Hello() {}

  /**
   * Prints a line.
   *
   * @param args ignored
   */
  public static void main(String[] args) {
    System.out.println("hello");
  }
}
