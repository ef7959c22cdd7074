// Passkeys: buttons that need script appear, and a failure is said in words on the page.
if (window.PublicKeyCredential) {
  for (const button of document.querySelectorAll('[data-needs-script]')) button.hidden = false
}
document.addEventListener('allauth.error', (event) => {
  event.preventDefault()
  const problem = document.getElementById('passkey-problem')
  if (problem) problem.hidden = false
})
