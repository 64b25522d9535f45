import { Component, type ErrorInfo, type ReactNode } from "react";
import type { ErrorMethods } from "../errors/index.js";

export interface ErrorBoundaryProps {
  /** The SDK: any that has the feature `errors`. */
  sojourn: ErrorMethods;
  children?: ReactNode;
  /** What is shown instead of a tree that failed. Default: nothing. `reset` tries the tree again. */
  fallback?: ReactNode | ((failure: { error: unknown; reset(): void }) => ReactNode);
  /** Goes into the error's context. */
  context?: Record<string, unknown>;
}

interface State {
  /** In an object, since anything can be thrown, `undefined` too. */
  failure: { error: unknown } | undefined;
}

const WHOLE: State = { failure: undefined };

/** Records what is thrown while the tree below it renders, with the components around it, and shows something else. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, State> {
  override state = WHOLE;

  static getDerivedStateFromError(error: unknown): State {
    return { failure: { error } };
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo): void {
    this.props.sojourn.addError(error, this.props.context, { componentStack });
  }

  override render(): ReactNode {
    const { children, fallback = null } = this.props;
    const { failure } = this.state;
    if (!failure) return children;
    return typeof fallback === "function"
      ? fallback({ error: failure.error, reset: () => this.setState(WHOLE) })
      : fallback;
  }
}
