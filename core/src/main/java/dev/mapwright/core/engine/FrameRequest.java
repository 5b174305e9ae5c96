package dev.mapwright.core.engine;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.space.MapRequest;

/**
 * What somebody wants frames to be mapped like, as it was before the source was asked: the request
 * is the caller's, and a source may change it. Scratch of the space, guarded by its lock.
 */
final class FrameRequest {
  private static final long[] NONE = {};

  /** How many pages there are. */
  int pages;

  int permissions;

  /** What a later protect may allow at most, as far as the region allows it. */
  int maximum;

  int tag;
  CachePolicy cache = CachePolicy.CACHED;

  /** What the source said, in the room of the request; see {@link BareFrames#withCache}. */
  long[] pfns = NONE;

  /** Notes a request whose size is one of an array. */
  void note(MapRequest request, int capability, long[] room) {
    pages = (int) request.pages();
    permissions = request.permissions();
    maximum = request.maximum() & capability;
    tag = request.tag();
    cache = request.cache();
    pfns = room;
  }

  /** Lets the room of the request go. */
  void clear() {
    pfns = NONE;
  }
}
