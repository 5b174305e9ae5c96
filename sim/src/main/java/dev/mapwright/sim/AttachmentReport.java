package dev.mapwright.sim;

import dev.mapwright.core.machine.Iommu.TableKind;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.format.VtdFirstStage;
import dev.mapwright.sim.format.VtdSecondStage;
import dev.mapwright.sim.iommu.Attachment;
import dev.mapwright.sim.iommu.VtdReason;
import org.jspecify.annotations.Nullable;

/**
 * What {@link SimulatedMachine#attachmentOf} found.
 *
 * @param ending how the walk ended
 * @param hardwareReason the number by which the manual calls what it ended with; 0 unless it was
 *     refused
 * @param domain the number of the domain; 0 when it was refused
 * @param kind which entries the tables hold; null unless there are tables
 * @param format how the tables are to be understood; null unless there are tables
 * @param rootPfn the frame of the root table; -1 unless there are tables
 */
public record AttachmentReport(
    Ending ending,
    int hardwareReason,
    int domain,
    @Nullable TableKind kind,
    @Nullable TableFormat format,
    long rootPfn) {

  /** How a walk ended. */
  public enum Ending {
    /** At tables. */
    TABLES,
    /** At an entry that lets addresses through to physical ones. */
    PASS_THROUGH,
    /** At an entry that is not present: the requester, or its PASID, is attached to nothing. */
    NOT_ATTACHED,
    /** At an entry that can't be followed. */
    REFUSED
  }

  @Override
  public String toString() {
    return switch (ending) {
      case TABLES ->
          "domain " + domain + ", " + kind + " tables from frame 0x" + Long.toHexString(rootPfn);
      case PASS_THROUGH -> "domain " + domain + ", addresses are let through";
      case NOT_ATTACHED ->
          "attached to nothing (reason 0x" + Integer.toHexString(hardwareReason) + ')';
      case REFUSED ->
          "an entry can't be followed (reason 0x" + Integer.toHexString(hardwareReason) + ')';
    };
  }

  static AttachmentReport of(long register, Attachment found) {
    VtdReason refusal = found.refusal;
    if (refusal != null) {
      return new AttachmentReport(
          switch (refusal.reason()) {
            case NOT_ATTACHED -> Ending.NOT_ATTACHED;
            default -> Ending.REFUSED;
          },
          refusal.numberFor(register),
          0,
          null,
          null,
          -1);
    }
    int hostBits = VtdSecondStage.MOST_HOST_BITS;
    return switch (found.kind) {
      case PASS_THROUGH ->
          new AttachmentReport(Ending.PASS_THROUGH, 0, found.domain, null, null, -1);
      case FIRST_STAGE ->
          new AttachmentReport(
              Ending.TABLES,
              0,
              found.domain,
              TableKind.FIRST_STAGE,
              new VtdFirstStage(found.levels, hostBits),
              found.rootPfn);
      case SECOND_STAGE ->
          new AttachmentReport(
              Ending.TABLES,
              0,
              found.domain,
              TableKind.SECOND_STAGE,
              new VtdSecondStage(found.levels, found.marking, hostBits),
              found.rootPfn);
    };
  }
}
