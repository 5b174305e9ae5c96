package dev.mapwright.linux.iommu;

import java.util.List;

/**
 * What a replay of an IOMMU's recording has found.
 *
 * @param scalable whether the tables are of VT-d's scalable mode; otherwise of legacy mode
 * @param tables how many tables of the IOMMU there are, structures included
 * @param devices how many devices
 * @param cpuTables how many tables of a CPU; 0 when none were recorded
 * @param lines how many lines the trace has; 0 when there is none
 * @param maps how many map events were replayed
 * @param unmaps how many unmap events
 * @param flushes how many flushes the trace holds
 * @param attachments how many times a device was attached
 * @param domains how many domains of ours there were
 * @param findings what was compared, one for each thing that could be
 * @param notCompared what could not be compared, and why, in words
 */
public record IommuReplayReport(
    boolean scalable,
    int tables,
    int devices,
    int cpuTables,
    long lines,
    long maps,
    long unmaps,
    long flushes,
    long attachments,
    int domains,
    List<Finding> findings,
    List<String> notCompared) {

  /** Copies the lists. */
  public IommuReplayReport {
    findings = List.copyOf(findings);
    notCompared = List.copyOf(notCompared);
  }

  /** {@return whether nothing differed} */
  public boolean agrees() {
    for (Finding finding : findings) {
      if (finding.differing() != 0) {
        return false;
      }
    }
    return true;
  }

  /** {@return how many things were compared} */
  public long compared() {
    long compared = 0;
    for (Finding finding : findings) {
      compared += finding.compared();
    }
    return compared;
  }
}
