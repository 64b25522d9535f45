import "zone.js";
import { sojourn } from "@sojourn/rum";
import { options } from "./options.js";

/** What an Angular application's zone is told of: each of these would be a round of change detection. */
const tasks: string[] = [];
const application = Zone.current.fork({
  name: "application",
  onScheduleTask(delegate, _current, target, task) {
    tasks.push(`schedule ${task.type} ${task.source}`);
    return delegate.scheduleTask(target, task);
  },
  onInvokeTask(delegate, _current, target, task, self, args) {
    tasks.push(`invoke ${task.type} ${task.source}`);
    return delegate.invokeTask(target, task, self, args);
  },
});

Object.assign(window, { sojourn, tasks, application });
application.run(() => {
  sojourn.init(options());
  const button = document.createElement("button");
  button.id = "buy";
  button.textContent = "Buy";
  document.body.append(button);
});
// What the application itself asks of its zone is not counted against us.
application.run(() => {
  document.querySelector("#buy")?.addEventListener("click", () => {
    sojourn.addAction("bought");
    history.pushState(null, "", "/app/thanks");
  });
});
