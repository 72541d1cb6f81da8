from django.urls import path

from praxis.public import views

urlpatterns = [
    path("curricula/<str:code>/", views.curriculum, name="curriculum"),
    path("courses/<str:code>/", views.course, name="course"),
    path("cases/<str:code>/", views.case, name="case"),
    path("themes/<str:code>/", views.theme, name="theme"),
    path("institutions/<str:code>/", views.institution, name="institution"),
]
