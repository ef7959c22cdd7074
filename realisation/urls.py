from django.urls import path
from django.http import HttpResponse
app_name="realisation"
urlpatterns=[path("<slug:cycle>/argent/", lambda r, cycle: HttpResponse(""), name="money"), path("<slug:cycle>/realisation/", lambda r, cycle: HttpResponse(""), name="deliveries")]
