package dev.mapwright.zircon.policy;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_DUPLICATE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_EXECUTE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_MAP;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_TRANSFER;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.zircon.answer.Condition;
import org.jspecify.annotations.Nullable;

/** The decisions of Magenta in May 2017: the {@code mx_} calls. Immutable. */
public final class Magenta2017 implements Policy {
  /** The policy. */
  public static final Magenta2017 POLICY = new Magenta2017();

  private Magenta2017() {}

  @Override
  public int statusOf(Condition condition) {
    return condition.status();
  }

  @Override
  public boolean rightsBeforeType() {
    return true;
  }

  @Override
  public boolean accepts(int permissions) {
    return (permissions & Permissions.READ) != 0;
  }

  @Override
  public boolean privilegeBeforeAlignment() {
    return true;
  }

  @Override
  public long sizeOf(long bytes) {
    return bytes;
  }

  @Override
  public boolean transfersAreTrimmed() {
    return true;
  }

  @Override
  public ChildKind clones() {
    return ChildKind.LIVE_VIEW;
  }

  @Override
  public int rightsOfClone(int source) {
    return source | MX_RIGHT_WRITE | MX_RIGHT_EXECUTE | MX_RIGHT_MAP;
  }

  @Override
  public int rightsOfVmo() {
    return MX_RIGHT_DUPLICATE
        | MX_RIGHT_TRANSFER
        | MX_RIGHT_READ
        | MX_RIGHT_WRITE
        | MX_RIGHT_EXECUTE
        | MX_RIGHT_MAP;
  }

  @Override
  public boolean closingNothingIsRefused() {
    return true;
  }

  @Override
  public boolean refusedReplaceKeeps() {
    return true;
  }

  @Override
  public boolean remoteAccessIgnoresEndOfMapping() {
    return true;
  }

  @Override
  public @Nullable Condition objectionToMap(int flags) {
    return null;
  }

  @Override
  public @Nullable Condition objectionToDestroyingRoot() {
    return null;
  }

  @Override
  public @Nullable Condition objectionToOp(int opcode, int rights) {
    return null;
  }
}
