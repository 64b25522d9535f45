import { onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals/attribution";

// The least that measures something: five vitals, handed to a beacon each.
for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) {
  on((metric) => void navigator.sendBeacon("/peer", JSON.stringify(metric)));
}
