package dev.mapwright.windows.abi;

/** Which node memory is taken from (wdm.h): the number of a node, or any. */
public final class NodeRequirement {
  /** Memory of any node will do. */
  public static final int MM_ANY_NODE_OK = 0x80000000;

  private NodeRequirement() {}
}
