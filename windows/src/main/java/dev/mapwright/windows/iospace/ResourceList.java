package dev.mapwright.windows.iospace;

import static dev.mapwright.windows.abi.CmResource.CM_RESOURCE_INTERRUPT_LATCHED;
import static dev.mapwright.windows.abi.CmResource.CM_RESOURCE_INTERRUPT_LEVEL_SENSITIVE;
import static dev.mapwright.windows.abi.CmResource.CM_RESOURCE_MEMORY_LARGE_40;
import static dev.mapwright.windows.abi.CmResource.CM_RESOURCE_MEMORY_LARGE_48;
import static dev.mapwright.windows.abi.CmResource.CM_RESOURCE_MEMORY_LARGE_64;
import static dev.mapwright.windows.abi.CmResource.CM_RESOURCE_SHARE_DEVICE_EXCLUSIVE;
import static dev.mapwright.windows.abi.CmResource.CM_RESOURCE_SHARE_SHARED;
import static dev.mapwright.windows.abi.CmResource.CM_RESOURCE_TYPE_INTERRUPT;
import static dev.mapwright.windows.abi.CmResource.CM_RESOURCE_TYPE_MEMORY;
import static dev.mapwright.windows.abi.CmResource.CM_RESOURCE_TYPE_MEMORY_LARGE;
import static dev.mapwright.windows.abi.CmResource.CM_RESOURCE_TYPE_PORT;
import static dev.mapwright.windows.abi.CmResource.PCI_BUS;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.RefusedException;
import dev.mapwright.windows.abi.CmResourceLayout;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.context.Kernel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What a driver is told of its device when it starts: a list of translated resources, as the PnP
 * manager hands it over with IRP_MN_START_DEVICE. For the harness of a test or a simulation:
 *
 * <pre>{@code
 * long list =
 *     new ResourceList()
 *         .memory(0xFEB0_0000L, 0x1000)
 *         .memory(0xE000_0000L, 0x100_0000, CM_RESOURCE_MEMORY_PREFETCHABLE)
 *         .interrupt(5, 0x51, false)
 *         .write(kernel);
 * driver.start(c, list);
 * }</pre>
 *
 * <p>The list is written into nonpaged pool in its documented layout ({@link CmResourceLayout}),
 * with the tag {@code CmRl}; whoever is done with it frees it by ExFreePool. Not thread-safe.
 */
public final class ResourceList {
  private static final int TAG = PoolTag.of("CmRl");

  private final List<ByteBuffer> descriptors = new ArrayList<>();

  /** Makes an empty list. */
  public ResourceList() {}

  private ByteBuffer add(int type, int share, int flags) {
    ByteBuffer descriptor =
        ByteBuffer.allocate(CmResourceLayout.DESCRIPTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    descriptor.put(CmResourceLayout.TYPE, (byte) type);
    descriptor.put(CmResourceLayout.SHARE_DISPOSITION, (byte) share);
    descriptor.putShort(CmResourceLayout.FLAGS, (short) flags);
    descriptors.add(descriptor);
    return descriptor;
  }

  /**
   * Adds memory that is readable and writable.
   *
   * @param start its physical address
   * @param bytes its length, at least 1
   * @return this
   * @throws IllegalArgumentException as {@link #memory(long, long, int)} does
   */
  public ResourceList memory(long start, long bytes) {
    return memory(start, bytes, 0);
  }

  /**
   * Adds memory. Of 4 GiB or more it gets the type MemoryLarge, and a length without its low 8, 16
   * or 32 bits.
   *
   * @param start its physical address
   * @param bytes its length, at least 1
   * @param flags CM_RESOURCE_MEMORY_ flags, see {@link dev.mapwright.windows.abi.CmResource}; those
   *     of large memory are added
   * @return this
   * @throws IllegalArgumentException when no descriptor can have this length
   */
  public ResourceList memory(long start, long bytes, int flags) {
    if (bytes > 0 && bytes < 1L << 32) {
      addMemory(CM_RESOURCE_TYPE_MEMORY, start, flags, (int) bytes);
    } else if (fits(bytes, 8)) {
      int large = flags | CM_RESOURCE_MEMORY_LARGE_40;
      addMemory(CM_RESOURCE_TYPE_MEMORY_LARGE, start, large, (int) (bytes >>> 8));
    } else if (fits(bytes, 16)) {
      int large = flags | CM_RESOURCE_MEMORY_LARGE_48;
      addMemory(CM_RESOURCE_TYPE_MEMORY_LARGE, start, large, (int) (bytes >>> 16));
    } else if (fits(bytes, 32)) {
      int large = flags | CM_RESOURCE_MEMORY_LARGE_64;
      addMemory(CM_RESOURCE_TYPE_MEMORY_LARGE, start, large, (int) (bytes >>> 32));
    } else {
      throw new IllegalArgumentException(
          "no descriptor can have 0x" + Long.toHexString(bytes) + " bytes");
    }
    return this;
  }

  private static boolean fits(long bytes, int shift) {
    return bytes != 0 && bytes >>> shift < 1L << 32 && bytes >>> shift << shift == bytes;
  }

  private void addMemory(int type, long start, int flags, int length) {
    add(type, CM_RESOURCE_SHARE_DEVICE_EXCLUSIVE, flags)
        .putLong(CmResourceLayout.START, start)
        .putInt(CmResourceLayout.LENGTH, length);
  }

  /**
   * Adds ports.
   *
   * @param start the first port's address
   * @param count how many
   * @param flags CM_RESOURCE_PORT_ flags, see {@link dev.mapwright.windows.abi.CmResource}
   * @return this
   */
  public ResourceList port(long start, int count, int flags) {
    add(CM_RESOURCE_TYPE_PORT, CM_RESOURCE_SHARE_DEVICE_EXCLUSIVE, flags)
        .putLong(CmResourceLayout.START, start)
        .putInt(CmResourceLayout.LENGTH, count);
    return this;
  }

  /**
   * Adds an interrupt line, for all processors.
   *
   * @param level the IRQL of the device's interrupts, see {@link dev.mapwright.windows.abi.Irql}
   * @param vector the system's number of the interrupt
   * @param latched whether it is edge-triggered; a level-triggered line is shared
   * @return this
   */
  public ResourceList interrupt(int level, int vector, boolean latched) {
    add(
            CM_RESOURCE_TYPE_INTERRUPT,
            latched ? CM_RESOURCE_SHARE_DEVICE_EXCLUSIVE : CM_RESOURCE_SHARE_SHARED,
            latched ? CM_RESOURCE_INTERRUPT_LATCHED : CM_RESOURCE_INTERRUPT_LEVEL_SENSITIVE)
        .putShort(CmResourceLayout.INTERRUPT_LEVEL, (short) level)
        .putShort(CmResourceLayout.INTERRUPT_GROUP, (short) 0)
        .putInt(CmResourceLayout.INTERRUPT_VECTOR, vector)
        .putLong(CmResourceLayout.INTERRUPT_AFFINITY, -1);
    return this;
  }

  /**
   * Writes the list into nonpaged pool.
   *
   * @param kernel whose pool
   * @return the address of the CM_RESOURCE_LIST
   * @throws RefusedException when there is no pool
   */
  public long write(Kernel kernel) {
    int bytes =
        CmResourceLayout.PARTIAL_DESCRIPTORS
            + descriptors.size() * CmResourceLayout.DESCRIPTOR_BYTES;
    ByteBuffer list = ByteBuffer.allocate(bytes + 7 & ~7).order(ByteOrder.LITTLE_ENDIAN);
    list.putInt(CmResourceLayout.LIST_COUNT, 1);
    list.putInt(CmResourceLayout.INTERFACE_TYPE, PCI_BUS);
    list.putShort(CmResourceLayout.VERSION, (short) 1);
    list.putShort(CmResourceLayout.REVISION, (short) 1);
    list.putInt(CmResourceLayout.PARTIAL_COUNT, descriptors.size());
    for (int i = 0; i < descriptors.size(); i++) {
      int at = CmResourceLayout.PARTIAL_DESCRIPTORS + i * CmResourceLayout.DESCRIPTOR_BYTES;
      list.put(at, descriptors.get(i), 0, CmResourceLayout.DESCRIPTOR_BYTES);
    }
    long address = kernel.pools().nonPaged().allocate(list.capacity(), TAG, 0, true);
    if (address == 0) {
      throw new RefusedException(Outcome.OUT_OF_FRAMES);
    }
    for (int at = 0; at < list.capacity(); at += Long.BYTES) {
      kernel.pools().writeNonPaged(address + at, list.getLong(at));
    }
    return address;
  }
}
