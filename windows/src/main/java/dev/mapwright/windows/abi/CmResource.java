package dev.mapwright.windows.abi;

/** Values of the fields of a CM_PARTIAL_RESOURCE_DESCRIPTOR (wdm.h). */
public final class CmResource {
  /** Type: ports. */
  public static final int CM_RESOURCE_TYPE_PORT = 1;

  /** Type: an interrupt. */
  public static final int CM_RESOURCE_TYPE_INTERRUPT = 2;

  /** Type: memory of less than 4 GiB. */
  public static final int CM_RESOURCE_TYPE_MEMORY = 3;

  /** Type: memory of 4 GiB or more, of which the flags say how its length is written. */
  public static final int CM_RESOURCE_TYPE_MEMORY_LARGE = 7;

  /** ShareDisposition: the device's alone. */
  public static final int CM_RESOURCE_SHARE_DEVICE_EXCLUSIVE = 1;

  /** ShareDisposition: shared without restriction. */
  public static final int CM_RESOURCE_SHARE_SHARED = 3;

  /** Memory: readable and writable. */
  public static final int CM_RESOURCE_MEMORY_READ_WRITE = 0x0;

  /** Memory: only readable. */
  public static final int CM_RESOURCE_MEMORY_READ_ONLY = 0x1;

  /** Memory: only writable. */
  public static final int CM_RESOURCE_MEMORY_WRITE_ONLY = 0x2;

  /** Memory: reading has no side effects. */
  public static final int CM_RESOURCE_MEMORY_PREFETCHABLE = 0x4;

  /** Memory: writes may be combined. */
  public static final int CM_RESOURCE_MEMORY_COMBINEDWRITE = 0x8;

  /** Memory: the device decodes 24 bits of an address. */
  public static final int CM_RESOURCE_MEMORY_24 = 0x10;

  /** Memory: it may be cached. */
  public static final int CM_RESOURCE_MEMORY_CACHEABLE = 0x20;

  /** Large memory: the length is written without its low 8 bits. */
  public static final int CM_RESOURCE_MEMORY_LARGE_40 = 0x200;

  /** Large memory: the length is written without its low 16 bits. */
  public static final int CM_RESOURCE_MEMORY_LARGE_48 = 0x400;

  /** Large memory: the length is written without its low 32 bits. */
  public static final int CM_RESOURCE_MEMORY_LARGE_64 = 0x800;

  /** Ports: in memory address space. */
  public static final int CM_RESOURCE_PORT_MEMORY = 0x0;

  /** Ports: in I/O address space. */
  public static final int CM_RESOURCE_PORT_IO = 0x1;

  /** Interrupts: the line is level-triggered. */
  public static final int CM_RESOURCE_INTERRUPT_LEVEL_SENSITIVE = 0x0;

  /** Interrupts: the line is edge-triggered. */
  public static final int CM_RESOURCE_INTERRUPT_LATCHED = 0x1;

  /** InterfaceType: PCI. */
  public static final int PCI_BUS = 5;

  private CmResource() {}

  /**
   * {@return the length of the memory of a descriptor in bytes; 0 for one of another type}
   *
   * @param type its Type
   * @param flags its Flags
   * @param length its Length field
   */
  public static long memoryBytes(int type, int flags, int length) {
    long field = length & 0xFFFF_FFFFL;
    if (type == CM_RESOURCE_TYPE_MEMORY) {
      return field;
    }
    if (type != CM_RESOURCE_TYPE_MEMORY_LARGE) {
      return 0;
    }
    if ((flags & CM_RESOURCE_MEMORY_LARGE_40) != 0) {
      return field << 8;
    }
    return (flags & CM_RESOURCE_MEMORY_LARGE_48) != 0 ? field << 16 : field << 32;
  }
}
