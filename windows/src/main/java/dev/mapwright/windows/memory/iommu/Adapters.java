package dev.mapwright.windows.memory.iommu;

import dev.mapwright.core.dma.Domain;
import org.jspecify.annotations.Nullable;

/**
 * Enters adapters of devices, so that those that nobody puts back are found, and takes them out.
 */
public final class Adapters {
  /** Bytes of a block that only its address is used of. */
  private static final int BLOCK_BYTES = 16;

  private Adapters() {}

  /**
   * Enters an adapter. From now on nobody but the adapter ends its domain.
   *
   * @param state the system's
   * @param device of which device
   * @param own the domain that was made for it; null when DMA is not remapped
   * @param maker who gets it
   * @return it; null when memory is short
   */
  public static @Nullable KnownAdapter enter(
      IommuState state, PhysicalDevice device, @Nullable DmaDomain own, int maker) {
    long address = state.blocks().take(BLOCK_BYTES);
    if (address == 0) {
      return null;
    }
    KnownAdapter made = null;
    state.lock().lock();
    try {
      if (own == null || own.live()) { // or else a driver has guessed its handle
        KnownAdapter adapter = new KnownAdapter(address, device, own, maker);
        state.adapters().add(address, adapter);
        if (own != null) {
          own.setOfAdapter();
        }
        made = adapter;
      }
    } catch (OutOfMemoryError full) {
      // There is none.
    } finally {
      state.lock().unlock();
    }
    if (made == null) {
      state.blocks().give(address);
    }
    return made;
  }

  /**
   * Begins to take an adapter out: from now on nobody attaches or reserves anything in its domain.
   *
   * @param state the system's
   * @param adapter the adapter, which is there
   * @return false when other devices are attached to the domain, or something is reserved there:
   *     nothing has changed then
   */
  public static boolean beginToEnd(IommuState state, KnownAdapter adapter) {
    DmaDomain own = adapter.own();
    if (own == null) {
      return true;
    }
    Domain engine = own.engine();
    state.lock().lock();
    try {
      int itself = adapter.device().domain() == own ? 1 : 0;
      boolean free = own.attached() <= itself && (engine == null || engine.reservations() == 0);
      own.setLive(!free);
      return free;
    } finally {
      state.lock().unlock();
    }
  }

  /**
   * Takes back that an adapter is taken out.
   *
   * @param state the system's
   * @param adapter the adapter
   */
  public static void doNotEnd(IommuState state, KnownAdapter adapter) {
    DmaDomain own = adapter.own();
    state.lock().lock();
    try {
      if (own != null) {
        own.setLive(true);
      }
    } finally {
      state.lock().unlock();
    }
  }

  /**
   * Takes an adapter out with its domain, to which nothing is attached any more.
   *
   * @param state the system's
   * @param adapter the adapter, which {@link #beginToEnd} has found free
   */
  public static void end(IommuState state, KnownAdapter adapter) {
    DmaDomain own = adapter.own();
    state.adapters().remove(adapter.address());
    state.blocks().give(adapter.address());
    if (own != null) {
      Domains.remove(state, own);
    }
  }
}
