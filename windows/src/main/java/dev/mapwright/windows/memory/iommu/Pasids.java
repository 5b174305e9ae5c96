package dev.mapwright.windows.memory.iommu;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.memory.iommu.Attachments.Result;
import java.util.BitSet;

/** Makes devices of a PASID, attaches and detaches them, and ends them; see {@link Attachments}. */
public final class Pasids {
  private static final int BLOCK_BYTES = 16;

  private Pasids() {}

  /**
   * {@return how many bits the PASIDs of a device have; 0 when it sends none, or the IOMMU knows
   * none}
   *
   * @param state the system's
   * @param device the device
   */
  public static int bits(IommuState state, PhysicalDevice device) {
    Iommu iommu = state.iommu();
    return iommu == null ? 0 : Math.min(iommu.pasidBits(), device.traits().pasidBits());
  }

  /**
   * Makes a device of the lowest free PASID.
   *
   * @param state the system's
   * @param device of which device
   * @param maker who makes it
   * @return it; or DEAD when the device was deleted, NO_ROOM when no PASID is left, OUT_OF_RECORDS
   */
  public static Made<PasidDevice> make(IommuState state, DmaDevice device, int maker) {
    long address = state.blocks().take(BLOCK_BYTES);
    if (address == 0) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    Outcome refused = Outcome.OUT_OF_RECORDS;
    state.lock().lock();
    try {
      int pasid = free(state, device.device());
      if (!device.live()) {
        refused = Outcome.DEAD;
      } else if (pasid >>> bits(state, device.device()) != 0) {
        refused = Outcome.NO_ROOM;
      } else {
        PasidDevice made = new PasidDevice(address, device, pasid, maker);
        state.pasids().add(address, made);
        device.countPasidDevices(1);
        return Made.of(made);
      }
    } catch (OutOfMemoryError full) {
      refused = Outcome.OUT_OF_RECORDS;
    } finally {
      state.lock().unlock();
    }
    state.blocks().give(address);
    return Made.refused(refused);
  }

  /** The lowest PASID, from 1 on, that no device of a PASID has. */
  private static int free(IommuState state, PhysicalDevice device) {
    BitSet used = new BitSet();
    for (PasidDevice other : state.pasids().all()) {
      if (other.device().device() == device) {
        used.set(other.pasid());
      }
    }
    return used.nextClearBit(1);
  }

  /**
   * Ends a device of a PASID.
   *
   * @param state the system's
   * @param pasid which one
   * @return DONE, DEVICE_DEAD, ATTACHED
   */
  public static Result end(IommuState state, PasidDevice pasid) {
    state.lock().lock();
    try {
      if (!pasid.live()) {
        return Result.DEVICE_DEAD;
      }
      if (pasid.domain() != null || pasid.changing()) {
        return Result.ATTACHED;
      }
      pasid.end();
      pasid.device().countPasidDevices(-1);
      state.pasids().remove(pasid.address());
    } finally {
      state.lock().unlock();
    }
    state.blocks().give(pasid.address());
    return Result.DONE;
  }

  /**
   * Attaches a device of a PASID.
   *
   * @param state the system's
   * @param domain to what
   * @param engine what is mapped there
   * @param pasid which one
   * @return DONE, DOMAIN_DEAD, DEVICE_DEAD, CONCURRENT, ATTACHED, DENIED or NO_MEMORY
   */
  public static Result attach(
      IommuState state, DmaDomain domain, Domain engine, PasidDevice pasid) {
    PhysicalDevice device = pasid.device().device();
    state.lock().lock();
    try {
      if (!domain.live()) {
        return Result.DOMAIN_DEAD;
      }
      if (!pasid.live()) {
        return Result.DEVICE_DEAD;
      }
      if (pasid.changing()) {
        return Result.CONCURRENT;
      }
      if (pasid.domain() != null) {
        return Result.ATTACHED;
      }
      if ((state.availableTypes(device) & DmaDomainType.bit(domain.type())) == 0) {
        return Result.DENIED;
      }
      pasid.setChanging(true);
      domain.countAttached(1);
    } finally {
      state.lock().unlock();
    }
    boolean done = false;
    try {
      Iommu iommu = state.iommu();
      done =
          iommu != null
              && iommu.attachPasid(device.requester(), pasid.pasid(), engine.translation());
    } finally {
      changed(state, pasid, domain, done);
      if (!device.plugged()) {
        detach(state, pasid); // it was taken out meanwhile
      }
    }
    return done ? Result.DONE : Result.NO_MEMORY;
  }

  /**
   * Detaches a device of a PASID.
   *
   * @param state the system's
   * @param pasid which one
   * @return DONE, CONCURRENT or NOT_ATTACHED
   */
  public static Result detach(IommuState state, PasidDevice pasid) {
    DmaDomain left;
    state.lock().lock();
    try {
      if (pasid.changing()) {
        return Result.CONCURRENT;
      }
      left = pasid.domain();
      if (left == null) {
        return Result.NOT_ATTACHED;
      }
      pasid.setChanging(true);
    } finally {
      state.lock().unlock();
    }
    try {
      Iommu iommu = state.iommu();
      if (iommu != null) {
        iommu.detachPasid(pasid.device().device().requester(), pasid.pasid());
      }
    } finally {
      changed(state, pasid, left, false);
    }
    return Result.DONE;
  }

  /** Detaches all PASIDs of a device that goes; one that is just being attached detaches itself. */
  static void detachAll(IommuState state, PhysicalDevice device) {
    for (PasidDevice pasid : state.pasids().all()) {
      if (pasid.device().device() == device) {
        detach(state, pasid);
      }
    }
  }

  /**
   * Marks a device of a PASID as one that another call attaches or detaches just now, or no longer
   * so: for tests of calls that overlap.
   *
   * @param state the system's
   * @param pasid which one
   * @param now whether it is
   */
  public static void setChanging(IommuState state, PasidDevice pasid, boolean now) {
    state.lock().lock();
    try {
      pasid.setChanging(now);
    } finally {
      state.lock().unlock();
    }
  }

  /** Ends a change: the device is attached to the domain now, or is not. */
  private static void changed(
      IommuState state, PasidDevice pasid, DmaDomain domain, boolean attached) {
    state.lock().lock();
    try {
      pasid.setChanging(false);
      pasid.setDomain(attached ? domain : null);
      if (!attached) {
        domain.countAttached(-1);
      }
    } finally {
      state.lock().unlock();
    }
  }
}
