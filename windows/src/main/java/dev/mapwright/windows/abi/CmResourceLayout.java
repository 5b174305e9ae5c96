package dev.mapwright.windows.abi;

/**
 * The layout of a CM_RESOURCE_LIST with one CM_FULL_RESOURCE_DESCRIPTOR, and of the
 * CM_PARTIAL_RESOURCE_DESCRIPTORs in it (wdm.h, packed to 4 bytes). Offsets and sizes are in bytes.
 */
public final class CmResourceLayout {
  /** {@code ULONG CM_RESOURCE_LIST.Count}: how many full descriptors there are; here one. */
  public static final int LIST_COUNT = 0x00;

  /** {@code INTERFACE_TYPE CM_FULL_RESOURCE_DESCRIPTOR.InterfaceType}, 4 bytes. */
  public static final int INTERFACE_TYPE = 0x04;

  /** {@code ULONG CM_FULL_RESOURCE_DESCRIPTOR.BusNumber}. */
  public static final int BUS_NUMBER = 0x08;

  /** {@code USHORT CM_PARTIAL_RESOURCE_LIST.Version}: 1. */
  public static final int VERSION = 0x0C;

  /** {@code USHORT CM_PARTIAL_RESOURCE_LIST.Revision}: 1. */
  public static final int REVISION = 0x0E;

  /** {@code ULONG CM_PARTIAL_RESOURCE_LIST.Count}: how many partial descriptors there are. */
  public static final int PARTIAL_COUNT = 0x10;

  /** Where the first CM_PARTIAL_RESOURCE_DESCRIPTOR is. */
  public static final int PARTIAL_DESCRIPTORS = 0x14;

  /** The size of a CM_PARTIAL_RESOURCE_DESCRIPTOR. */
  public static final int DESCRIPTOR_BYTES = 0x14;

  /** In a descriptor: {@code UCHAR Type}. */
  public static final int TYPE = 0x00;

  /** In a descriptor: {@code UCHAR ShareDisposition}. */
  public static final int SHARE_DISPOSITION = 0x01;

  /** In a descriptor: {@code USHORT Flags}. */
  public static final int FLAGS = 0x02;

  /** In a descriptor: {@code PHYSICAL_ADDRESS Start} of memory and ports. */
  public static final int START = 0x04;

  /** In a descriptor: {@code ULONG Length} of memory and ports; of large memory a part of it. */
  public static final int LENGTH = 0x0C;

  /** In a descriptor: {@code USHORT u.Interrupt.Level}: the IRQL of a translated interrupt. */
  public static final int INTERRUPT_LEVEL = 0x04;

  /** In a descriptor: {@code USHORT u.Interrupt.Group}. */
  public static final int INTERRUPT_GROUP = 0x06;

  /** In a descriptor: {@code ULONG u.Interrupt.Vector}. */
  public static final int INTERRUPT_VECTOR = 0x08;

  /** In a descriptor: {@code KAFFINITY u.Interrupt.Affinity}, 8 bytes. */
  public static final int INTERRUPT_AFFINITY = 0x0C;

  private CmResourceLayout() {}
}
