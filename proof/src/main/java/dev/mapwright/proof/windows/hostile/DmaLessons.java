package dev.mapwright.proof.windows.hostile;

import dev.mapwright.proof.windows.hostile.Things.Sort;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.answer.Routine;

/** What a driver learns from routines of the DMA remapping interface that were carried out. */
final class DmaLessons {
  private final Things things;
  private final Sight sight;

  DmaLessons(Things things, Sight sight) {
    this.things = things;
    this.sight = sight;
  }

  /** A call was carried out. */
  void learn(Routine routine, long[] a) {
    switch (routine) {
      case CREATE_DOMAIN -> {
        boolean managed = (a[0] & 0xFF) != 0;
        int type = managed ? DmaDomainType.TRANSLATE : DmaDomainType.UNMANAGED;
        things.add(Sort.DMA_DOMAIN, made(a[1]), 0, type);
      }
      case CREATE_DOMAIN_EX ->
          things.add(Sort.DMA_DOMAIN, made(a[4]), 0, a[0] | (a[2] == 0 ? 0 : DmaProper.ALLOCATED));
      case CREATE_DEVICE -> things.add(Sort.DMA_DEVICE, made(a[2]), 0, 0);
      case CREATE_PASID_DEVICE -> things.add(Sort.PASID_DEVICE, made(a[1]), 0, 0);
      case RESERVE_LOGICAL_ADDRESS_RANGE -> things.add(Sort.TOKEN, made(a[5]), a[1], a[0]);
      // Logical addresses may be 0, which is no thing: they are remembered as one more.
      case MAP_LOGICAL_RANGE -> things.add(Sort.DMA_MAPPING, a[3] + 1, 1, a[0]);
      case MAP_LOGICAL_RANGE_EX ->
          things.add(Sort.DMA_MAPPING, made(a[6]) + 1, sight.load(a[2] + 0x10, 8) & 7, a[0]);
      case UNMAP_LOGICAL_RANGE -> things.gone(Sort.DMA_MAPPING, a[1] + 1);
      case DELETE_DOMAIN -> things.gone(Sort.DMA_DOMAIN, a[0]);
      case DELETE_DEVICE -> things.gone(Sort.DMA_DEVICE, a[0]);
      case DELETE_PASID_DEVICE -> things.gone(Sort.PASID_DEVICE, a[0]);
      case FREE_RESERVED_LOGICAL_ADDRESS_RANGE -> things.gone(Sort.TOKEN, a[0]);
      default -> {
        // nothing to remember
      }
    }
  }

  /** What was put where the call was told to; it may have been told anywhere. */
  private long made(long where) {
    return sight.load(where, 8);
  }
}
