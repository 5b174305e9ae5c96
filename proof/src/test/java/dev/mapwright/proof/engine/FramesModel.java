package dev.mapwright.proof.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** What a space with mapped frames and reservations has to be: one entry a page, nothing clever. */
final class FramesModel {
  /**
   * What a page shows. One of object and frame is not negative.
   *
   * @param object the object's register; -1 for a frame
   * @param objectPage the object's page
   * @param frame the frame; -1 for an object's page
   * @param permissions what was asked for
   * @param maximum what may be asked for later
   * @param begin in a reservation, where the page's mapping begins; -1 outside
   */
  record Cell(int object, int objectPage, int frame, int permissions, int maximum, int begin) {
    Cell allowing(int other) {
      return new Cell(object, objectPage, frame, other, maximum, begin);
    }
  }

  final @Nullable Cell[] cells;

  /** For each page the register of the reservation that it lies in; -1 for none. */
  final int[] reserved;

  /** Pages from this one on are beyond the tables. */
  final int translatable;

  /** What the pages of the objects contain. */
  final long[][] objects;

  /** What the frames contain. */
  final long[] frames;

  FramesModel(int pages, int translatable, int objects, int objectPages, int frames) {
    cells = new Cell[pages];
    reserved = new int[pages];
    Arrays.fill(reserved, -1);
    this.translatable = translatable;
    this.objects = new long[objects][objectPages];
    this.frames = new long[frames];
  }

  int pages() {
    return cells.length;
  }

  boolean holds(long first, long count) {
    return first >= 0 && count <= pages() - first;
  }

  /** Whether something holds for any page of a range. */
  static boolean any(int first, int count, IntPredicate what) {
    for (int page = first; page < first + count; page++) {
      if (what.test(page)) {
        return true;
      }
    }
    return false;
  }

  boolean used(int page) {
    return cells[page] != null || reserved[page] >= 0;
  }

  boolean inReservation(int page) {
    return reserved[page] >= 0;
  }

  boolean bare(int page) {
    Cell cell = cells[page];
    return cell != null && cell.frame >= 0;
  }

  boolean beyond(int page) {
    return page >= translatable;
  }

  boolean anyReserved() {
    return any(0, pages(), this::inReservation);
  }

  /** The lowest place of a size; -1 for none. */
  int firstFit(int count) {
    for (int at = 0; at + count <= pages(); at++) {
      if (!any(at, count, this::used)) {
        return at;
      }
    }
    return -1;
  }

  /** How often each frame is shown. */
  int[] holds() {
    int[] holds = new int[frames.length];
    for (Cell cell : cells) {
      if (cell != null && cell.frame >= 0) {
        holds[cell.frame]++;
      }
    }
    return holds;
  }

  /** Where the mappings of a reservation begin. */
  List<Integer> beginnings(int register) {
    List<Integer> found = new ArrayList<>();
    for (int page = 0; page < pages(); page++) {
      Cell cell = cells[page];
      if (cell != null && reserved[page] == register && cell.begin == page) {
        found.add(page);
      }
    }
    return found;
  }

  /** How many pages the mapping of a reservation has that begins at one. */
  int length(int begin) {
    int end = begin;
    while (end < pages() && isPartOf(begin, end)) {
      end++;
    }
    return end - begin;
  }

  private boolean isPartOf(int begin, int page) {
    Cell cell = cells[page];
    return cell != null && reserved[page] == reserved[begin] && cell.begin == begin;
  }
}
