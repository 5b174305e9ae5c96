package dev.mapwright.windows.memory.iommu;

import dev.mapwright.core.dma.Domain;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import org.jspecify.annotations.Nullable;

/**
 * A domain that a driver has made: IOMMU_DMA_DOMAIN. Its type decides what can be done with it;
 * what is mapped in it is the engine's.
 *
 * <p>The first fields never change. The others are guarded by the lock of {@link IommuState}.
 */
public final class DmaDomain {
  private final long address;
  private final int type;
  private final @Nullable Domain engine;
  private final int maker;

  /** How many devices, and devices of a PASID, are attached or just being attached. */
  private int attached;

  /** Whether it belongs to an adapter, which ends it. */
  private volatile boolean ofAdapter;

  /** Whether it has not been deleted. */
  private boolean live = true;

  DmaDomain(long address, int type, @Nullable Domain engine, int maker) {
    this.address = address;
    this.type = type;
    this.engine = engine;
    this.maker = maker;
  }

  /** {@return its handle} */
  public long address() {
    return address;
  }

  /** {@return its type, see {@link DmaDomainType}} */
  public int type() {
    return type;
  }

  /** {@return what is mapped in it; null unless it is of the type Translate} */
  public @Nullable Domain engine() {
    return engine;
  }

  /** {@return who has made it} */
  public int maker() {
    return maker;
  }

  /** {@return how many devices, and devices of a PASID, are attached to it} */
  public int attached() {
    return attached;
  }

  void countAttached(int delta) {
    attached += delta;
  }

  /** {@return whether it belongs to an adapter, which ends it} */
  public boolean ofAdapter() {
    return ofAdapter;
  }

  void setOfAdapter() {
    ofAdapter = true;
  }

  /** {@return whether it has not been deleted} */
  public boolean live() {
    return live;
  }

  void setLive(boolean now) {
    live = now;
  }
}
