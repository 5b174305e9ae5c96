package dev.mapwright.zircon.call;

import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.ObjectType;
import org.jspecify.annotations.Nullable;

/** Looks handles up, with the refusals in the order that the policy says. */
final class Lookup {
  private Lookup() {}

  /**
   * Finds a handle of a type with certain rights.
   *
   * @return the handle, or null when the call was refused and has to return {@link
   *     MxContext#refused}
   */
  static @Nullable Handle find(
      MxContext context,
      int value,
      ObjectType type,
      int rights,
      Condition badHandle,
      Condition lacksRight,
      Condition wrongType) {
    Handle handle = context.process().table().find(value);
    if (handle == null) {
      context.refuse(badHandle, value, 0);
      return null;
    }
    boolean allowed = handle.allows(rights);
    boolean right = handle.object().type() == type;
    if (allowed && right) {
      return handle;
    }
    if (!allowed && (right || context.policy.rightsBeforeType())) {
      context.refuse(lacksRight, rights, handle.rights());
    } else {
      context.refuse(wrongType, value, 0);
    }
    return null;
  }

  /** Finds a handle of a type; no right is needed. */
  static @Nullable Handle find(
      MxContext context, int value, ObjectType type, Condition badHandle, Condition wrongType) {
    return find(context, value, type, 0, badHandle, wrongType, wrongType);
  }
}
