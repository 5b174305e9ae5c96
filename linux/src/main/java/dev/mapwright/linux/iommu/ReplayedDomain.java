package dev.mapwright.linux.iommu;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.linux.input.HeapRoom;
import dev.mapwright.linux.input.InputFormatException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A domain of ours that stands for a recorded one, and what is still to be seen of it. */
final class ReplayedDomain {
  /** An unmap whose flush has not been seen yet. */
  static final class Unflushed {
    final long line;
    final long firstPage;

    /** How many of its pages were not flushed yet. */
    long pages;

    /** Whether it was found to be flushed too late, which is said once. */
    boolean late;

    Unflushed(long line, long firstPage, long pages) {
      this.line = line;
      this.firstPage = firstPage;
      this.pages = pages;
    }
  }

  /** A part of an unmap: its last page, inclusive. */
  private record Piece(long lastPage, Unflushed unmap) {}

  /** The recorded pointer; {@link TraceEvents#NO_DOMAIN} in a trace that names none. */
  final long pointer;

  final Domain domain;

  /** Which requesters are attached now. */
  final Set<Integer> requesters = new HashSet<>();

  /** A device of the domain; null while none is attached. */
  @Nullable DmaPort port;

  /** Whether anything that was mapped names no permissions. */
  boolean permissionsUnknown;

  /** Pieces of unmaps that were not flushed yet, by their first page; they don't overlap. */
  private final TreeMap<Long, Piece> unflushed = new TreeMap<>();

  ReplayedDomain(long pointer, Domain domain) {
    this.pointer = pointer;
    this.domain = domain;
  }

  /** What is mapped in it now. */
  PageRuns mapped(HeapRoom room) throws IOException {
    PageRuns runs = new PageRuns("domain " + domain.name(), room);
    InputFormatException[] failed = {null};
    domain.forEach((kind, first, pages, entry) -> {
      if (kind == Domain.Kind.MAPPING && failed[0] == null) {
        try {
          addPages(runs, domain, first, pages);
        } catch (InputFormatException full) {
          failed[0] = full;
        }
      }
    });
    if (failed[0] != null) {
      throw failed[0];
    }
    return runs;
  }

  private static void addPages(PageRuns runs, Domain domain, long first, long pages)
      throws InputFormatException {
    for (long page = first; page < first + pages; page++) {
      long entry = domain.entry(page);
      runs.add(
          page,
          page,
          TranslationEntry.pfn(entry),
          TranslationEntry.permissions(entry) & Permissions.READ_WRITE);
    }
  }

  /** How many pieces of unmaps wait for a flush. */
  int waiting() {
    return unflushed.size();
  }

  /** Notes an unmap, of pages that wait for no flush. */
  void unmapped(Unflushed unmap) {
    unflushed.put(unmap.firstPage, new Piece(unmap.firstPage + unmap.pages - 1, unmap));
  }

  /** Told of unmaps. */
  interface UnmapVisitor {
    /** So many of its pages are in the range that was asked for. */
    void visit(Unflushed unmap, long pages);
  }

  /** Takes the pages of a range out of what waits for a flush. */
  void take(long first, long last, UnmapVisitor visitor) {
    Map.Entry<Long, Piece> below = unflushed.lowerEntry(first);
    if (below != null && below.getValue().lastPage() >= first) {
      // Its part below stays, and what is in the range or behind becomes a piece of its own.
      Piece piece = below.getValue();
      unflushed.put(below.getKey(), new Piece(first - 1, piece.unmap()));
      unflushed.put(first, piece);
    }
    for (Map.Entry<Long, Piece> next = unflushed.ceilingEntry(first);
        next != null && next.getKey() <= last;
        next = unflushed.ceilingEntry(first)) {
      unflushed.remove(next.getKey());
      Piece piece = next.getValue();
      if (piece.lastPage() > last) {
        unflushed.put(last + 1, piece);
      }
      visitor.visit(piece.unmap(), Math.min(last, piece.lastPage()) - next.getKey() + 1);
    }
  }
}
