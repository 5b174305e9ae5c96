package dev.mapwright.core.engine;

import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.state.SpaceState;

/**
 * The floors of one address space's house, from the lowest up: what it knows ({@link SpaceState});
 * what finds and what cuts ({@link Finder}, {@link Pieces}); the tree of regions ({@link Regions});
 * what decides and changes ({@link Editor}, {@link FrameEditor}, {@link FaultHandling}, {@link
 * Installer}). Each is given what lies below it and knows nothing above. Immutable.
 *
 * <p>An operation names the range that it is about and gets the state for it, whose lock it takes
 * first of all. There is one state for all ranges today; only this class says so.
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

  Floors(SpaceState state) {
    this.state = state;
    this.finder = new Finder(state);
    this.pieces = new Pieces(state);
    this.regions = new Regions(state, finder, pieces);
    this.lookup = new Lookup(state);
    this.faults = new FaultHandling(state, pieces);
    Installer installer = new Installer(state, pieces);
    this.frames = new FrameEditor(state, finder, pieces, regions);
    this.editor = new Editor(state, finder, pieces, regions, installer, frames);
  }

  /** Locks what an operation on a range needs, and returns the lock; {@code leave} it. */
  EngineLock lock(long firstPage, long lastPage) {
    assert firstPage <= lastPage || lastPage < 0 : "a range of pages";
    EngineLock lock = state.lock();
    lock.lock();
    return lock;
  }
}
