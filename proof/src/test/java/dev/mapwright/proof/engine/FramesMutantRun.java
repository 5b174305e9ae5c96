package dev.mapwright.proof.engine;

import java.util.concurrent.Callable;

/** The campaign of frames as something that another class loader can call. */
public final class FramesMutantRun implements Callable<String> {
  private static final int SEEDS = 20;

  /** Made by name. */
  public FramesMutantRun() {}

  /** {@return what was found; empty for nothing} */
  @Override
  public String call() {
    return FramesCampaignTest.find(SEEDS);
  }
}
