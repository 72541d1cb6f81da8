import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_roles'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='erased_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='erased'),
        ),
        migrations.AddField(
            model_name='user',
            name='erasure_asked_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='asked for erasure'),
        ),
        migrations.AddField(
            model_name='user',
            name='former_emails',
            field=models.TextField(default='', editable=False, help_text='Addresses that this account had before, one a line.'),
        ),
        migrations.AddField(
            model_name='user',
            name='invited_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='invited'),
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('at', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'attempt',
                'verbose_name_plural': 'attempts',
                'default_permissions': (),
                'indexes': [models.Index(fields=['key', 'at'], name='people_attempt_key_at')],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='when')),
                ('action', models.CharField(choices=[('sign_in', 'Signed in'), ('sign_in_failed', 'Sign-in failed'), ('limited', 'Held back after too many tries'), ('sign_out', 'Signed out'), ('sessions_ended', 'Sessions ended'), ('password_changed', 'Password changed'), ('reset_asked', 'Asked for a new password'), ('account_made', 'Account made'), ('invited', 'Invited'), ('invitation_failed', 'Invitation could not be sent'), ('invitation_accepted', 'Invitation accepted'), ('email_change_asked', 'Asked for another e-mail address'), ('email_changed', 'E-mail address changed'), ('roles_changed', 'Roles changed'), ('clearance_changed', 'Clearance changed'), ('superuser_changed', "Administrator's rights changed"), ('affiliation_changed', 'Unit or institution changed'), ('activated', 'Made active'), ('deactivated', 'Made inactive'), ('handed_over', 'Handed over'), ('group_changed', 'Rights of a group changed'), ('data_exported', 'Personal data downloaded'), ('erasure_asked', 'Asked for erasure'), ('erased', 'Personal data erased')], max_length=30, verbose_name='what')),
                ('details', models.JSONField(default=dict, verbose_name='details')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='network address')),
                ('about', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='about whom')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit entries',
                'ordering': ['-at', '-pk'],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('browser', models.CharField(blank=True, max_length=40)),
                ('system', models.CharField(blank=True, max_length=40)),
                ('address', models.GenericIPAddressField(null=True)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
                'default_permissions': (),
            },
        ),
    ]
