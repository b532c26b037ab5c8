// "Use my place": asks the device where it is and fills the two fields. Typing the place always works as well.
for (const button of document.querySelectorAll("[data-place]")) {
  const latitude = document.getElementById(button.dataset.latitude);
  const longitude = document.getElementById(button.dataset.longitude);
  if (!navigator.geolocation || !latitude || !longitude) continue;
  const status = button.parentElement.querySelector("[role='status']");
  button.hidden = false;
  button.addEventListener("click", () => {
    status.textContent = button.dataset.wait;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        latitude.value = coords.latitude.toFixed(6);
        longitude.value = coords.longitude.toFixed(6);
        status.textContent = button.dataset.found.replace("{n}", Math.round(coords.accuracy));
      },
      () => { status.textContent = button.dataset.refused; },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
}
