package dev.mapwright.zircon.handle;

/** What kind of object a handle names. */
public enum ObjectType {
  /** A process. */
  PROCESS,
  /** A virtual memory address region. */
  VMAR,
  /** A virtual memory object. */
  VMO,
  /** The permission to use the machine's physical resources. */
  RESOURCE,
  /** A group of processes. */
  JOB
}
