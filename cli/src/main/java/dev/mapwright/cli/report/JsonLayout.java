package dev.mapwright.cli.report;

import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** How JSON is laid out: with line breaks, as people look at it too. */
public final class JsonLayout extends ObjectWriteContext.Base {
  @Override
  public PrettyPrinter getPrettyPrinter() {
    return new DefaultPrettyPrinter();
  }

  @Override
  public boolean hasPrettyPrinter() {
    return true;
  }
}
