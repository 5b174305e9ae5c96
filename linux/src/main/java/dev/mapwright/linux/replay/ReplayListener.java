package dev.mapwright.linux.replay;

/** Told how a replay goes, by the thread that runs it. */
public interface ReplayListener {

  /** Nobody listens. */
  ReplayListener SILENT =
      new ReplayListener() {
        @Override
        public void progress(long lines, long bytesTaken, long totalBytes) {}
      };

  /**
   * A part of the recording has been read. Called every 65,536 lines and at the end.
   *
   * @param lines how many lines so far
   * @param bytesTaken how much of the file has been read, in bytes
   * @param totalBytes the size of the file, in bytes
   */
  void progress(long lines, long bytesTaken, long totalBytes);

  /**
   * The engine and the kernel differed. Called for every divergence, also for those that the report
   * does not list.
   *
   * @param divergence where and how
   */
  default void divergence(Divergence divergence) {}
}
