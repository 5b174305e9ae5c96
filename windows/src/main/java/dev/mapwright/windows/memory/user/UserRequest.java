package dev.mapwright.windows.memory.user;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.windows.memory.cache.Showing;
import dev.mapwright.windows.memory.mdl.FrameList;
import org.jspecify.annotations.Nullable;

/**
 * What is to be mapped into a process, and how. A context keeps one and uses it again. Not
 * thread-safe.
 */
public final class UserRequest implements Showing {
  private final FrameList frames;
  private final MapRequest mapRequest = new MapRequest();
  private @Nullable UserMappings mappings;
  private long page;
  private int permissions;
  private long mdl;
  private int maker;
  private boolean floating;
  private Outcome outcome = Outcome.OK;

  /**
   * Makes an empty request.
   *
   * @param frames the list that will say what to map
   */
  public UserRequest(FrameList frames) {
    this.frames = frames;
  }

  /**
   * Begins a request for the pages that are in the list.
   *
   * @param into the process's mappings
   * @param wantedPage where; 0 for anywhere
   * @param allowed what the mapping allows, now and later
   * @param itsMdl the MDL
   * @param itsMaker who asks
   * @return this
   */
  public UserRequest begin(
      UserMappings into, long wantedPage, int allowed, long itsMdl, int itsMaker) {
    mappings = into;
    page = wantedPage;
    permissions = allowed;
    mdl = itsMdl;
    maker = itsMaker;
    outcome = Outcome.OK;
    return this;
  }

  /** Maps: called by the book of caches when everything is decided. */
  @Override
  public boolean carryOut(boolean someFloat) {
    UserMappings into = mappings;
    if (into == null) {
      throw new IllegalStateException("nothing was asked for");
    }
    floating = someFloat;
    outcome = into.map(this);
    return outcome == Outcome.OK;
  }

  Outcome map(Region region, int tag) {
    mapRequest
        .pages(frames.count())
        .permissions(permissions)
        .maximum(permissions)
        .cache(CachePolicy.CACHED) // each page has its own
        .tag(tag);
    if (page == 0) {
      mapRequest.where().firstFit().aligned(UserSpace.GRANULARITY_LOG2_PAGES);
    } else {
      mapRequest.where().at(page);
    }
    return region.mapFrames(mapRequest, frames);
  }

  void fill(UserMapping record) {
    record.firstPage = mapRequest.firstPage();
    record.pages = frames.count();
    record.mdl = mdl;
    record.maker = maker;
    record.floating = floating;
  }

  FrameList frames() {
    return frames;
  }

  /** {@return why mapping was refused; OK when it was not} */
  public Outcome outcome() {
    return outcome;
  }

  /** {@return the first page of the mapping that was made} */
  public long firstPage() {
    return mapRequest.firstPage();
  }
}
