package dev.mapwright.cli.explain;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The names of all codes, for completion: asked for only when somebody goes over them. */
public final class KnownCodes implements Iterable<String> {
  private final Shelf shelf;

  /**
   * The names of a shelf's codes.
   *
   * @param shelf where the books are
   */
  public KnownCodes(Shelf shelf) {
    this.shelf = shelf;
  }

  @Override
  public Iterator<String> iterator() {
    List<String> names = new ArrayList<>();
    for (Code code : shelf.codes()) {
      names.add(code.name());
    }
    return names.iterator();
  }
}
