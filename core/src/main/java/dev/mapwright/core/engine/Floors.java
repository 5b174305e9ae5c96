package dev.mapwright.core.engine;

import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;
import org.jspecify.annotations.Nullable;

/**
 * The floors of the house of one part of an address space, from the lowest up: what it knows
 * ({@link SpaceState}); what finds and what cuts ({@link Finder}, {@link Pieces}); the tree of
 * regions ({@link Regions}); what decides and changes ({@link Editor}, {@link FrameEditor}, {@link
 * FaultHandling}, {@link Installer}). Each is given what lies below it and knows nothing above.
 *
 * <p>Which floors an operation on a range is carried out on says {@link Parts}, and locks them. The
 * floors are immutable; the notes on their use, with which {@link Parts} decides where to divide a
 * space, are guarded by the part's lock.
 */
final class Floors {
  final SpaceState state;
  final Finder finder;
  final Pieces pieces;
  final Regions regions;
  final Editor editor;
  final FrameEditor frames;
  final FaultHandling faults;
  final Lookup lookup;

  // What is written with each operation stands between lines that hold nothing: nobody who works in
  // another part uses them, wherever the collector has put what belongs to the two.

  @SuppressWarnings("unused")
  private long before1, before2, before3, before4, before5, before6;

  /** Where the last operation went on. */
  private long lastFirst;

  private long lastLast;

  /** With the references, a line behind what is written with each operation. */
  @SuppressWarnings("unused")
  private long behind1, behind2;

  /** How often somebody waited for the lock whose range lay elsewhere. */
  private int waits;

  /** With a reach beyond this part; null for floors on which no region is made or destroyed. */
  Floors(SpaceState state, @Nullable Reach reach) {
    this.state = state;
    this.finder = new Finder(state);
    this.pieces = new Pieces(state);
    this.regions = new Regions(state, finder, reach == null ? new OwnReach() : reach);
    this.lookup = new Lookup(state);
    this.faults = new FaultHandling(state, pieces);
    Installer installer = new Installer(state, pieces);
    this.frames = new FrameEditor(state, finder, pieces, regions);
    this.editor = new Editor(state, finder, pieces, regions, installer, frames);
  }

  /** Only what this part has. */
  private final class OwnReach implements Reach {
    @Override
    public void removeAll(long first, long last, EventKind how) {
      pieces.removeAll(first, last, how);
    }

    @Override
    public boolean free(RegionState region, long first, long last) {
      return finder.free(region, first, last);
    }
  }

  /** An operation goes on in a range. */
  void note(long first, long last) {
    lastFirst = first;
    lastLast = last;
  }

  long lastFirst() {
    return lastFirst;
  }

  long lastLast() {
    return lastLast;
  }

  /** Somebody has waited for another range; whether that happened so often by now. */
  boolean countWait(int often) {
    waits++;
    return waits >= often;
  }

  int waits() {
    return waits;
  }

  void forgetWaits() {
    waits = 0;
  }
}
