package dev.mapwright.core.space;

import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Frames;
import org.jspecify.annotations.Nullable;

/**
 * What an access would meet.
 *
 * @param reason why it would fault for good; null when it would succeed, frames permitting
 * @param pfn the frame that is shown now; {@link Frames#NONE} when the page is absent and reads as
 *     zeros
 * @param permissions what the mapping's translations allow: its permissions, or more where the
 *     format can't express them exactly
 * @param commits whether the access would first have to commit, copy or bring in the page
 */
public record Translated(@Nullable FaultReason reason, long pfn, int permissions, boolean commits) {

  @Override
  public String toString() {
    FaultReason why = reason;
    if (why != null) {
      return "would fault: " + why.sentence();
    }
    String shown = pfn == Frames.NONE ? "no frame" : "frame 0x" + Long.toHexString(pfn);
    String first = commits ? ", a page is committed first" : "";
    return "would succeed: " + shown + ", " + Permissions.text(permissions) + first;
  }
}
