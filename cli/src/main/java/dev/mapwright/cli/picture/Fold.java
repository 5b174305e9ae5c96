package dev.mapwright.cli.picture;

import dev.mapwright.cli.picture.DomainPicture.Part;
import dev.mapwright.cli.text.Sizes;
import dev.mapwright.core.dma.Domain;
import java.util.List;

/**
 * Ranges of a domain that are drawn as one: short mappings of the same kind and permissions, one
 * behind the other, if they are many; or ranges that wait for the same, however few.
 *
 * @param first the first of them
 * @param lastPage the last page of the last one
 * @param count how many they are
 */
record Fold(Part first, long lastPage, int count) {
  /** What is longer is worth a row of its own. */
  private static final long MOST_PAGES = 16;

  /** So few mappings are drawn one by one. */
  private static final int FEW = 8;

  /** The ranges to be drawn with one at an index, or that one alone. */
  static Fold at(List<Part> parts, int index) {
    Part first = parts.get(index);
    int count = 1;
    Part last = first;
    while (index + count < parts.size() && folds(last, parts.get(index + count))) {
      last = parts.get(index + count);
      count++;
    }
    return first.mapped() && count < FEW
        ? new Fold(first, first.lastPage(), 1)
        : new Fold(first, last.lastPage(), count);
  }

  private static boolean folds(Part before, Part part) {
    boolean waits = part.kind() == Domain.Kind.QUARANTINED || part.kind() == Domain.Kind.UNFLUSHED;
    boolean isMapping = part.kind() == Domain.Kind.MAPPING || part.kind() == Domain.Kind.SEGMENT;
    return part.kind() == before.kind()
        && part.firstPage() == before.lastPage() + 1
        && (waits
            || isMapping
                && part.permissions() == before.permissions()
                && before.pages() <= MOST_PAGES
                && part.pages() <= MOST_PAGES);
  }

  /** {@return how many pages they have} */
  long pages() {
    return lastPage - first.firstPage() + 1;
  }

  /** {@return what they show, or how many they are} */
  String name() {
    return count == 1
        ? first.name()
        : Sizes.count(pages(), "page") + ", " + Sizes.count(count, "mapping");
  }
}
