package dev.mapwright.proof.zircon;

/**
 * Where operations put what they got. An operation names handles by register, never by value, so
 * that a sequence still means something when operations are taken out of it.
 */
final class Registers {
  /** Registers 0 to 15 get handles to regions; 0 is the caller's root. */
  static final int REGIONS = 16;

  /** Registers 16 to 31 get handles to memory objects. */
  static final int VMO = 16;

  static final int VMOS = 16;

  /** Registers 32 to 35 get handles to processes. */
  static final int PROCESS = 32;

  static final int PROCESSES = 4;
  static final int JOB = 36;
  static final int RESOURCE = 37;

  /** Holds 0 for ever. */
  static final int ZERO = 38;

  /** Holds a number that no handle ever has. */
  static final int JUNK = 39;

  static final int HANDLES = 40;
  static final int ADDRESSES = 16;

  final int[] handles = new int[HANDLES];
  final long[] addresses = new long[ADDRESSES];

  Registers(Boot boot) {
    handles[0] = boot.root();
    handles[JOB] = boot.job();
    handles[RESOURCE] = boot.resource();
    handles[JUNK] = 0x7fff_fff2;
  }

  static int regionTarget(int register) {
    return 1 + Math.floorMod(register - 1, REGIONS - 1);
  }

  static int vmoTarget(int register) {
    return VMO + Math.floorMod(register - VMO, VMOS);
  }

  static int processTarget(int register) {
    return PROCESS + Math.floorMod(register - PROCESS, PROCESSES);
  }

  /** For a handle of any kind: register 0, the job and the resource stay as they are. */
  static int anyTarget(int register) {
    return 1 + Math.floorMod(register - 1, JOB - 1);
  }
}
