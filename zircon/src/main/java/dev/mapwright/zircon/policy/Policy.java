package dev.mapwright.zircon.policy;

import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.zircon.answer.Condition;
import org.jspecify.annotations.Nullable;

/**
 * How a generation of the interface decides where generations differ. The common code asks; it
 * never compares generations itself.
 */
public interface Policy {
  /**
   * The status that a condition is. Later generations differ for a place that is taken, for a lack
   * of room, for an offset that wraps, and for a remote access to an address where nothing is
   * mapped.
   *
   * @param condition why a call is refused, or success
   * @return one of {@link dev.mapwright.zircon.abi.MxStatus}
   */
  int statusOf(Condition condition);

  /**
   * {@return whether a look-up reports the right for a handle of the wrong type that also lacks a
   * right}
   */
  boolean rightsBeforeType();

  /**
   * Whether a permission set without PERM_READ can be asked for.
   *
   * @param permissions a set of {@link dev.mapwright.core.Permissions}
   * @return true when map and protect accept it
   */
  boolean accepts(int permissions);

  /**
   * {@return whether the lack of CAN_MAP_SPECIFIC is found before the misalignment of the place}
   */
  boolean privilegeBeforeAlignment();

  /**
   * The size that an object gets which is asked for.
   *
   * @param bytes the size given, unsigned, at most {@link
   *     dev.mapwright.zircon.abi.MxLimits#MX_VMO_MAX_SIZE}
   * @return the size that counts and is reported
   */
  long sizeOf(long bytes);

  /**
   * {@return whether a transfer that begins inside an object and reaches beyond its end is cut off
   * there, and not refused}
   */
  boolean transfersAreTrimmed();

  /** {@return what a copy-on-write clone shows until it is written} */
  ChildKind clones();

  /**
   * {@return the rights of a clone's handle}
   *
   * @param source the rights of the handle that was cloned
   */
  int rightsOfClone(int source);

  /**
   * {@return the rights of a new memory object's handle, a set of {@link
   * dev.mapwright.zircon.abi.MxRights}}
   */
  int rightsOfVmo();

  /** {@return whether closing handle 0 is refused} */
  boolean closingNothingIsRefused();

  /**
   * {@return whether a handle outlives a refused replacement (a bad pointer apart, which loses
   * both)}
   */
  boolean refusedReplaceKeeps();

  /** {@return whether a remote access runs on in the mapped object beyond the mapping's end} */
  boolean remoteAccessIgnoresEndOfMapping();

  /**
   * A refusal of a mapping that other generations know: later ones do not combine MAP_RANGE with
   * SPECIFIC_OVERWRITE.
   *
   * @param flags the flags of the mapping
   * @return why it is refused, or null
   */
  @Nullable Condition objectionToMap(int flags);

  /**
   * {@return why the destruction of a root region is refused, or null when a root region is like
   * any other}
   */
  @Nullable Condition objectionToDestroyingRoot();

  /**
   * A refusal of an operation on a range of an object: later generations need rights for it, and
   * have no look-up.
   *
   * @param opcode the operation
   * @param rights the rights of the handle
   * @return why it is refused, or null
   */
  @Nullable Condition objectionToOp(int opcode, int rights);
}
