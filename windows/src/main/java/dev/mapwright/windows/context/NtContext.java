package dev.mapwright.windows.context;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.windows.answer.MemoryAccess;
import dev.mapwright.windows.bugcheck.BugCheck;
import dev.mapwright.windows.bugcheck.NtStatusException;
import dev.mapwright.windows.memory.mdl.MdlFields;

/**
 * Who calls: a processor with its process and IRQL, and the driver in whose name the call is made.
 * Every routine takes one as its first argument, and every access of a driver to memory goes
 * through one.
 *
 * <p>It also keeps what a call needs for a moment, so that calls allocate nothing (its workspace);
 * and the answer of the last call, see {@link #lastRefusal}.
 *
 * <p><b>How a routine is written.</b> It begins with {@link #enter}, asks its questions in the
 * documented order, and answers each by {@link #refuse}, {@link #misuse}, {@link #raise} or, where
 * it goes on, {@link #note}; nothing has changed until then. It ends with {@link #done}.
 *
 * <p>Used by one thread at a time, and by one call at a time: what a call runs into (the handler of
 * a device, a callback) makes calls with other contexts, unless a routine says otherwise.
 */
public final class NtContext extends Answering {
  NtContext(Kernel kernel, Processor processor, Driver driver) {
    super(kernel, processor, driver);
  }

  /**
   * Loads a value, as code of the driver does it.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @return the value, zero-extended; 0 when misuse is recorded only
   * @throws BugCheck when a byte can't be read
   */
  public long load(long address, int bytes) {
    requireRunning();
    try {
      return cpu().load(address, bytes);
    } catch (MemoryFault fault) {
      accessing();
      misuse(fault.fault());
      return 0;
    }
  }

  /**
   * Stores a value, as code of the driver does it.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @param value the value
   * @throws BugCheck when a byte can't be written
   */
  public void store(long address, int bytes, long value) {
    requireRunning();
    try {
      cpu().store(address, bytes, value);
    } catch (MemoryFault fault) {
      accessing();
      misuse(fault.fault());
    }
  }

  /**
   * Fetches an instruction word, as the processor does it that runs code of the driver.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @return the value, zero-extended; 0 when misuse is recorded only
   * @throws BugCheck when a byte can't be executed
   */
  public long fetch(long address, int bytes) {
    requireRunning();
    try {
      return cpu().fetch(address, bytes);
    } catch (MemoryFault fault) {
      accessing();
      misuse(fault.fault());
      return 0;
    }
  }

  /**
   * Loads a value, as code of the current process does it in user mode.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @return the value, zero-extended
   * @throws NtStatusException STATUS_ACCESS_VIOLATION when it can't be read, or lies in system
   *     space
   */
  public long userLoad(long address, int bytes) {
    requireUser(address, bytes, Access.READ);
    try {
      return cpu().load(address, bytes);
    } catch (MemoryFault fault) {
      throw raise(MemoryAccess.USER_ACCESS_VIOLATION, address, Access.READ.ordinal());
    }
  }

  /**
   * Stores a value, as code of the current process does it in user mode.
   *
   * @param address the first byte
   * @param bytes 1, 2, 4 or 8
   * @param value the value
   * @throws NtStatusException STATUS_ACCESS_VIOLATION when it can't be written, or lies in system
   *     space
   */
  public void userStore(long address, int bytes, long value) {
    requireUser(address, bytes, Access.WRITE);
    try {
      cpu().store(address, bytes, value);
    } catch (MemoryFault fault) {
      throw raise(MemoryAccess.USER_ACCESS_VIOLATION, address, Access.WRITE.ordinal());
    }
  }

  private void requireUser(long address, int bytes, Access access) {
    requireRunning();
    accessing();
    long highest = kernel().options().layout().highestUserAddress();
    if (Long.compareUnsigned(address, highest - (bytes - 1)) > 0) {
      throw raise(MemoryAccess.USER_ACCESS_VIOLATION, address, access.ordinal());
    }
  }

  /**
   * Reads what an MDL says.
   *
   * @param address its address, any number
   * @return false when it can't be read; that is answered already
   * @throws BugCheck when it can't be read
   */
  public boolean readMdl(long address) {
    return readMdl(address, mdl());
  }

  /**
   * Reads what one of several MDLs says.
   *
   * @param address its address, any number
   * @param into what it says afterwards
   * @return false when it can't be read; that is answered already
   * @throws BugCheck when it can't be read
   */
  public boolean readMdl(long address, MdlFields into) {
    try {
      into.read(cpu(), address);
      return true;
    } catch (MemoryFault fault) {
      misuse(fault.fault());
      return false;
    }
  }

  /**
   * Reads what a mapping depends on of an MDL: flags, and where the buffer lies.
   *
   * @param address its address, any number
   * @return false when it can't be read; that is answered already
   * @throws BugCheck when it can't be read
   */
  public boolean readMdlBuffer(long address) {
    try {
      mdl().readBuffer(cpu(), address);
      return true;
    } catch (MemoryFault fault) {
      misuse(fault.fault());
      return false;
    }
  }

  /**
   * Reads the PFNs of the MDL that was read.
   *
   * @return false when they can't be read; that is answered already
   * @throws BugCheck when they can't be read
   */
  public boolean readPfns() {
    try {
      mdl().readPfns(cpu(), frames());
      return true;
    } catch (MemoryFault fault) {
      misuse(fault.fault());
      return false;
    }
  }

  /**
   * Answers a wrong access, by the bug check that it causes.
   *
   * @param fault what could not be accessed
   * @throws BugCheck unless misuse is recorded
   */
  public void misuse(Fault fault) {
    WrongAccess.answer(this, spaceOf(fault.faultAddress()), fault);
  }

  /**
   * Makes sure, before anything is changed, that a result can be written.
   *
   * @param address where
   * @param bytes how many bytes
   * @throws MemoryFault when it can't be; nothing was written
   */
  public void requireWritable(long address, long bytes) {
    Fault fault = cpu().probe(address, bytes, Access.WRITE);
    if (fault != null) {
      throw new MemoryFault(fault);
    }
  }

  /**
   * Answers an argument that leads to memory that can't be accessed.
   *
   * @param fault what could not be accessed
   * @return what the call returns when misuse is recorded only
   * @throws BugCheck unless misuse is recorded
   */
  public int misusedPointer(MemoryFault fault) {
    misuse(fault.fault());
    return failureStatus();
  }

  /**
   * {@return the table entry that ends the walk for an address, as it is in memory; 0 when there is
   * none}
   *
   * @param address any address
   */
  public long pte(long address) {
    return WrongAccess.pte(spaceOf(address).translation(), Pages.of(address));
  }
}
