package dev.mapwright.core.engine;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.core.state.RegionState;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** The region behind the face: takes the lock for the range, and leaves the work to the floors. */
public final class EngineRegion extends RegionState implements Region {
  private final AddressSpace space;
  private final Floors floors;

  EngineRegion(
      AddressSpace space,
      Floors floors,
      @Nullable RegionState parent,
      int number,
      long firstPage,
      long lastPage,
      int capability,
      int label) {
    super(
        floors.state.regions(),
        floors.state.nodes(),
        parent,
        number,
        firstPage,
        lastPage,
        capability,
        label);
    this.space = space;
    this.floors = floors;
  }

  @Override
  public RegionState newChild(
      int childNumber, long first, long last, int childCapability, int childLabel) {
    return new EngineRegion(
        space, floors, this, childNumber, first, last, childCapability, childLabel);
  }

  @Override
  public Region face() {
    return this;
  }

  private EngineLock lock() {
    return floors.lock(firstPage(), lastPage());
  }

  @Override
  public AddressSpace space() {
    return space;
  }

  @Override
  public @Nullable Region parent() {
    EngineLock lock = lock();
    try {
      RegionState parent = container();
      return parent == null ? null : parent.face();
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome allocate(RegionRequest request) {
    EngineLock lock = lock();
    try {
      return floors.regions.allocate(this, request);
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome map(MapRequest request) {
    EngineLock lock = lock();
    try {
      return floors.editor.map(this, request);
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome mapFrames(MapRequest request, PfnSource frames) {
    EngineLock lock = lock();
    try {
      return floors.frames.map(this, request, frames);
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome unmap(long first, long count) {
    EngineLock lock = lock();
    try {
      return floors.editor.unmap(this, first, count);
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome unmapTagged(long first, long count, int tag) {
    EngineLock lock = lock();
    try {
      return floors.editor.unmapTagged(this, first, count, tag);
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome protect(long first, long count, int permissions) {
    EngineLock lock = lock();
    try {
      return floors.editor.protect(this, first, count, permissions);
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome retag(long first, long count, IntUnaryOperator change) {
    EngineLock lock = lock();
    try {
      return floors.editor.retag(this, first, count, change);
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome move(long first, long count, long to) {
    EngineLock lock = lock();
    try {
      return floors.editor.move(this, first, count, to);
    } finally {
      lock.leave();
    }
  }

  @Override
  public long mappedPages(long first) {
    EngineLock lock = lock();
    try {
      if (!live() || !contains(first, 1)) {
        return 0;
      }
      return reserved() != null
          ? floors.lookup.mappedPages(this, first)
          : floors.editor.mappedPages(this, first);
    } finally {
      lock.leave();
    }
  }

  @Override
  public boolean free(long first, long count) {
    EngineLock lock = lock();
    try {
      long last = first + count - 1;
      return live()
          && contains(first, count)
          && floors.finder.free(this, first, last)
          && floors.lookup.firstIn(this, first, last) == null;
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome destroy() {
    EngineLock lock = lock();
    try {
      return floors.regions.destroy(this);
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome destroyIfEmpty() {
    EngineLock lock = lock();
    try {
      return floors.regions.destroyIfEmpty(this);
    } finally {
      lock.leave();
    }
  }

  @Override
  public Made<Reservation> reserve(RegionRequest request, int mappings) {
    Made<Reservation> made;
    EngineLock lock = lock();
    try {
      made = EngineReservation.make(floors.state, floors.regions, this, request, mappings);
    } finally {
      lock.unlock();
    }
    return lock.callbacks().handOver(made, Reservation::release);
  }

  @Override
  public void forEachChild(ChildVisitor visitor) {
    Child child = new Child();
    long page = firstPage();
    while (page <= lastPage()) {
      RegionState region;
      MappingInfo mapping;
      EngineLock lock = lock();
      try {
        if (!live()) {
          return;
        }
        mapping = floors.lookup.firstIn(this, page, lastPage());
        region = null;
        if (mapping != null) {
          page = mapping.lastPage() + 1;
        } else if (floors.finder.next(this, page, child)) {
          region = child.region;
          mapping = region == null ? floors.state.info(child.mapping) : null;
          page = child.last + 1;
        } else {
          return;
        }
      } finally {
        lock.leave();
      }
      if (region != null) {
        visitor.region(region.face());
      } else if (mapping != null) {
        visitor.mapping(mapping);
      }
    }
  }
}
