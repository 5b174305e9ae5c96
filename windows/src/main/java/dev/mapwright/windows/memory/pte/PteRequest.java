package dev.mapwright.windows.memory.pte;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.windows.memory.cache.Showing;
import dev.mapwright.windows.memory.mdl.FrameList;

/**
 * What is to be mapped in system PTEs, and how. A context keeps one and uses it again. Not
 * thread-safe.
 */
public final class PteRequest implements Showing {
  private final SystemPtes ptes;
  private final FrameList frames;
  private final MapRequest mapRequest = new MapRequest();
  private SystemMapping.Kind kind = SystemMapping.Kind.MDL;
  private int permissions;
  private boolean guarded;
  private long mdl;
  private long startVa;
  private int maker;
  private boolean floating;

  /** How many PTEs have to be free before anything is mapped. */
  private long leastFree;

  /** Whether fewer were free. */
  private boolean tooFewFree;

  private Outcome outcome = Outcome.OK;

  /**
   * Makes an empty request.
   *
   * @param ptes where to map
   * @param frames the list that will say what to map
   */
  public PteRequest(SystemPtes ptes, FrameList frames) {
    this.ptes = ptes;
    this.frames = frames;
  }

  /**
   * Begins a request for the pages that are in the list.
   *
   * @param newKind what is mapped
   * @param allowed what the mapping allows
   * @param withGuards whether PTEs stay empty before and behind it
   * @param itsMdl the MDL, 0 for I/O space
   * @param itsStartVa what the MDL says where its buffer begins
   * @param itsMaker who asks
   * @return this
   */
  public PteRequest begin(
      SystemMapping.Kind newKind,
      int allowed,
      boolean withGuards,
      long itsMdl,
      long itsStartVa,
      int itsMaker) {
    kind = newKind;
    permissions = allowed;
    guarded = withGuards;
    mdl = itsMdl;
    startVa = itsStartVa;
    maker = itsMaker;
    outcome = Outcome.OK;
    leastFree = 0;
    tooFewFree = false;
    mapRequest.cache(CachePolicy.CACHED); // each page has its own
    return this;
  }

  /**
   * Maps only if there are PTEs to spare. Asked last, when everything else is decided.
   *
   * @param ptes how many have to be free before it is mapped
   * @return this
   */
  public PteRequest ifFree(long ptes) {
    leastFree = ptes;
    return this;
  }

  /** Maps: called by the book of caches when everything is decided. */
  @Override
  public boolean carryOut(boolean someFloat) {
    floating = someFloat;
    tooFewFree = ptes.free() < leastFree; // the lock of the PTEs is held
    outcome = tooFewFree ? Outcome.NO_ROOM : ptes.map(this);
    return outcome == Outcome.OK;
  }

  /** {@return why mapping was refused; OK when it was not} */
  public Outcome outcome() {
    return outcome;
  }

  /** {@return whether it was refused since fewer PTEs were free than have to be} */
  public boolean tooFewFree() {
    return tooFewFree;
  }

  /** {@return the first page of the mapping that was made} */
  public long firstPage() {
    return mapRequest.firstPage();
  }

  FrameList frames() {
    return frames;
  }

  MapRequest mapRequest() {
    return mapRequest;
  }

  int permissions() {
    return permissions;
  }

  boolean guarded() {
    return guarded;
  }

  void fill(SystemMapping record) {
    record.kind = kind;
    record.maker = maker;
    record.mdl = mdl;
    record.startVa = startVa;
    record.passed = 0;
    record.firstPfn = frames.pfn(0);
    record.floating = floating;
  }
}
