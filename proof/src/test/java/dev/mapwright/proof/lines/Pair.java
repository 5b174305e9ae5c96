package dev.mapwright.proof.lines;

/**
 * Two operations in two parts of a space.
 *
 * @param one the one thread's
 * @param other the other's
 * @param oneObject whether both show the same object, at different pages of it
 */
public record Pair(Operation one, Operation other, boolean oneObject) {
  @Override
  public String toString() {
    return one + " and " + other + (oneObject ? " of one object" : "");
  }
}
