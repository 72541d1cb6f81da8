from django.urls import path

from search.views import library

urlpatterns = [path("library/", library, name="library")]
